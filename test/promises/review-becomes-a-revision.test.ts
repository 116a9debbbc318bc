import { DecisionCause } from '@tercet/contracts';
import { waitFor } from '@tercet/harness';
import type { ServiceProcess } from '@tercet/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinRecord, reviewOf } from '../../services/fusion/src/simulation/join-records.js';
import { counter, decided, type JoinStage, startJoinStage } from './join-stage.js';

let stage: JoinStage;
let fusion: ServiceProcess;
beforeAll(async () => {
  stage = await startJoinStage('review', { partitions: 1 });
  fusion = await stage.startFusion({ TERCET_LATE_WINDOW_MS: '600000' });
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

it('a review of the latest revision becomes the next one; any other is counted', async () => {
  const itemKey = 'acme/post';
  const review = (revision: number) => ({
    itemKey,
    value: joinRecord.reviewed(reviewOf(itemKey, 1n, revision)),
  });
  await stage.send([
    { itemKey, value: joinRecord.opened(itemKey, 1n, ['text'], 600_000) },
    review(1),
    { itemKey, value: joinRecord.embedded(itemKey, 1n, 'text') },
  ]);
  await decided(stage, 1);
  await stage.send([review(2), review(1), review(1)]);
  const [machine, human] = await decided(stage, 2);
  expect(human).toMatchObject({ revision: 2, action: 'block', human: { judgedRevision: 1 } });
  expect(DecisionCause[human?.cause ?? 0]).toBe('REVIEW');
  expect(human?.categories).toEqual(machine?.categories);
  // A machine's later word does not change a human's.
  await stage.send([{ itemKey, value: joinRecord.redecide(itemKey, 1n) }]);
  const counted = async (outcome: string): Promise<number> =>
    counter(await fusion.metrics(), 'tercet_fusion_records_total', [`"${outcome}"`]);
  await waitFor('the redecision is withheld', async () => (await counted('human_kept')) === 1);
  expect(await counted('stale_review')).toBe(3);
  expect(await stage.decisions()).toHaveLength(2);
});
