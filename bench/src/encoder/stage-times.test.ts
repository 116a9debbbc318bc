import { expect, it } from 'vitest';
import { meanStages } from './stage-times.js';

const metrics = (sum: number, count: number) => `# HELP x
tercet_encoder_stage_duration_sum{modality="text",stage="run"} ${sum}
tercet_encoder_stage_duration_count{modality="text",stage="run"} ${count}
tercet_encoder_stage_duration_bucket{modality="text",stage="run",le="1"} ${count}
tercet_encoder_stage_duration_sum{modality="text",stage="fetch"} 1
tercet_encoder_stage_duration_count{modality="text",stage="fetch"} 4`;

it('is the mean of what came between two readings', () => {
  expect(meanStages(metrics(2, 10), metrics(5, 40))).toEqual({ run: 100 });
});
