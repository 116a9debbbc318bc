import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLoad } from './join-load.js';
import { decided, type JoinStage, ledger, startJoinStage } from './join-stage.js';

let stage: JoinStage;
beforeEach(async () => {
  stage = await startJoinStage('redis-flushed');
  await stage.startFusion();
});
afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
});

it('state flushed or lost with its server while items wait is rebuilt from Kafka', async () => {
  const load = startLoad(stage);
  await decided(stage, 100);
  await stage.redisCommand('FLUSHALL');
  await decided(stage, 250);
  // No persistence: data and Functions are gone.
  await stage.redis.kill();
  await stage.redis.restart();
  await decided(stage, 450);
  await stage.redisCommand('FLUSHALL');
  await load.finish();
  const decisions = await decided(stage, load.opened.length);
  expect(ledger(load.opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(decisions).toHaveLength(load.opened.length);
});
