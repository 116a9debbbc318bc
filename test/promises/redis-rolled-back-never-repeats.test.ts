import { waitFor } from '@tercet/harness';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import { startLoad } from './join-load.js';
import { decided, type JoinStage, ledger, startJoinStage } from './join-stage.js';

let stage: JoinStage;
beforeEach(async () => {
  stage = await startJoinStage('redis-rolled-back');
  await stage.startFusion();
});
afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
});

async function rollBack(toCount: number): Promise<void> {
  await stage.redisCommand('SAVE');
  await decided(stage, toCount);
  await stage.redis.kill();
  await stage.redis.restart();
}

it('a Redis that steps back under load loses nothing and repeats nothing', async () => {
  const load = startLoad(stage);
  await decided(stage, 80);
  await rollBack(200);
  await decided(stage, 300);
  await rollBack(450);
  await load.finish();
  const decisions = await decided(stage, load.opened.length);
  expect(ledger(load.opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(decisions).toHaveLength(load.opened.length);
});

it('nor on idle partitions, whose decided items wait again in the old state', async () => {
  const keys = Array.from({ length: 30 }, (_, n) => `acme/idle-${n}`);
  const opened = keys.map((itemKey) => ({ itemKey, version: 1n }));
  await stage.send(
    keys.map((itemKey) => ({ itemKey, value: joinRecord.opened(itemKey, 1n, ['text'], 3_000) })),
  );
  await waitFor('every item waits', async () => (await stage.redisCommand('DBSIZE')) >= '33');
  await rollBack(keys.length);
  // The old state has them undecided with a deadline that passed; what is left to see is that nobody decides again.
  const more = keys.map((itemKey) => ({ itemKey: `${itemKey}-more`, version: 1n }));
  await stage.send(
    more.map(({ itemKey }) => ({ itemKey, value: joinRecord.opened(itemKey, 1n, ['text'], 500) })),
  );
  const decisions = await decided(stage, 2 * keys.length);
  expect(ledger([...opened, ...more], decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
});
