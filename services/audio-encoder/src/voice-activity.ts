import type { RunModel, Tensor } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';
import type { SegmentSamples, SegmentSignal } from './segment-model.js';

const FRAME_SAMPLES = 512;
/** Samples of the frame before that the model sees again. */
const CONTEXT_SAMPLES = 64;
const INPUT_SAMPLES = CONTEXT_SAMPLES + FRAME_SAMPLES;
const STATE_WIDTH = 128;
const SPEECH_FROM = 0.5;
/** Segments that step through the model side by side. */
const ROWS_PER_RUN = 16;

/**
 * Share of a segment's 32 ms frames that the Silero voice-activity model takes for speech (probability at least .5),
 * 0..1. Each segment begins with an empty state. Model: `input` [n, 576], `state` [2, n, 128], `sr` [] -> `output`
 * [n, 1], `stateN`.
 * @param slot the model's slot name as `run` takes it.
 */
export function speechShare(slot: string): SegmentSignal {
  return {
    name: 'speech',
    async measure(segments, run) {
      const shares: number[] = [];
      for (let at = 0; at < segments.length; at += ROWS_PER_RUN)
        shares.push(...(await measureRows(segments.slice(at, at + ROWS_PER_RUN), slot, run)));
      return shares;
    },
  };
}

async function measureRows(
  segments: readonly SegmentSamples[],
  slot: string,
  run: RunModel,
): Promise<number[]> {
  const rows = segments.length;
  const frames = segments.map((samples) => Math.ceil(samples.length / FRAME_SAMPLES));
  const speech = segments.map(() => 0);
  const sampleRate: Tensor = { type: 'int64', data: BigInt64Array.of(16_000n), dims: [] };
  let state: Tensor = {
    type: 'float32',
    data: new Float32Array(2 * rows * STATE_WIDTH),
    dims: [2, rows, STATE_WIDTH],
  };
  for (let frame = 0; frame < Math.max(...frames); frame += 1) {
    const input = new Float32Array(rows * INPUT_SAMPLES);
    segments.forEach((samples, row) => {
      const first = frame * FRAME_SAMPLES - CONTEXT_SAMPLES;
      for (let i = 0; i < INPUT_SAMPLES; i += 1)
        input[row * INPUT_SAMPLES + i] = (samples[first + i] ?? 0) / 32_768;
    });
    const { output, stateN } = await run(slot, {
      input: { type: 'float32', data: input, dims: [rows, INPUT_SAMPLES] },
      state,
      sr: sampleRate,
    });
    if (output === undefined || stateN === undefined)
      throw new BugError(`${slot} answers without output and state`);
    for (let row = 0; row < rows; row += 1) {
      if (frame < (frames[row] ?? 0) && Number(output.data[row]) >= SPEECH_FROM)
        speech[row] = (speech[row] ?? 0) + 1;
    }
    state = stateN;
  }
  return speech.map((count, row) => count / Math.max(1, frames[row] ?? 1));
}
