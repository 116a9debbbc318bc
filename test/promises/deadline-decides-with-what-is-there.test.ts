import { DecisionCause, HEADER, TOPIC } from '@tercet/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import { decided, type JoinStage, startJoinStage } from './join-stage.js';

let stage: JoinStage;
beforeAll(async () => {
  stage = await startJoinStage('deadline', { partitions: 2 });
  await stage.startFusion();
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

it('a window that closes decides with the parts that came, on a quiet partition too', async () => {
  const keys = Array.from({ length: 20 }, (_, n) => `acme/post-${n}`);
  await stage.send(
    keys.flatMap((itemKey) => [
      { itemKey, value: joinRecord.opened(itemKey, 1n, ['text', 'image'], 1_000) },
      { itemKey, value: joinRecord.failed(itemKey, 1n, 'text') },
    ]),
  );
  const decisions = await decided(stage, keys.length);
  for (const decision of decisions) {
    expect(DecisionCause[decision.cause]).toBe('DEADLINE');
    expect(decision.partsMissing.map(({ partId, code, state }) => [partId, code, state])).toEqual([
      ['image', 'timeout', 'pending'],
      ['text', 'crashed', 'failed'],
    ]);
    expect(decision.modalitiesMissing).toEqual(['text']);
  }
});

it('the deadline is the append time plus the window, and is never early', async () => {
  const reader = await stage.bus.reader('timings');
  const lateness: number[] = [];
  for (let partition = 0; partition < stage.partitions; partition += 1) {
    await reader.readToEnd({ topic: TOPIC.decisions, partition }, 0n, (records) => {
      for (const { headers } of records) {
        const timings = JSON.parse(Buffer.from(headers[HEADER.timings] ?? '').toString());
        expect(timings.deadlineMs).toBe(timings.openedAtMs + 1_000);
        lateness.push(timings.decidedAtMs - timings.deadlineMs);
      }
    });
  }
  expect(lateness).toHaveLength(20);
  expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
});
