import { TOPIC } from '@tercet/contracts';
import { waitFor } from '@tercet/harness';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLoad } from './join-load.js';
import { counter, decided, type JoinStage, ledger, startJoinStage } from './join-stage.js';

/** The promise is 2 s; two cores that other work keeps busy get more. */
const LIMIT_MS = 5_000;
const ROUNDS = 5;
const at = { topic: TOPIC.decisions, partition: 0 };

let stage: JoinStage;
beforeAll(async () => {
  stage = await startJoinStage('fenced-back', { partitions: 1 });
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

it('a live owner whose transactional id is stolen decides again within seconds, by itself', async () => {
  const fusion = await stage.startFusion();
  const load = startLoad(stage, 2, 50);
  await decided(stage, 20);
  const { pid } = fusion;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const thief = await stage.bus.transactionalProducer('fusion-0', at);
    const stolenAt = performance.now();
    await using reader = await stage.bus.reader('after-the-theft');
    await waitFor(
      'a decision behind the fence',
      async () => {
        let seen = 0;
        await reader.readToEnd(at, thief.fencedTo, (records) => {
          seen += records.filter(({ value }) => value !== undefined).length;
        });
        return seen > 0;
      },
      { intervalMs: 20, explain: () => stage.explain() },
    );
    times.push(Math.round(performance.now() - stolenAt));
    await thief[Symbol.asyncDispose]();
  }
  console.log(`back after ${times.join(', ')} ms`);
  const fenced = counter(await fusion.metrics(), 'tercet_fusion_holds_ended_total', ['"fenced"']);
  expect(fenced).toBeGreaterThanOrEqual(ROUNDS);
  expect(fusion.pid).toBe(pid);
  expect(Math.max(...times)).toBeLessThanOrEqual(LIMIT_MS);
  await load.finish();
  const decisions = await decided(stage, load.opened.length);
  expect(ledger(load.opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(decisions).toHaveLength(load.opened.length);
});
