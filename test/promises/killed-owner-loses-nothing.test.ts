import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLoad } from './join-load.js';
import { decided, type JoinStage, ledger, startJoinStage } from './join-stage.js';

let stage: JoinStage;
beforeEach(async () => {
  stage = await startJoinStage('killed-owner', { partitions: 4 });
});
afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
});

it('owners killed in the middle of their work lose nothing and repeat nothing', async () => {
  const env = { TERCET_SESSION_TIMEOUT_MS: '2000' };
  const first = await stage.startFusion(env);
  const load = startLoad(stage);
  await decided(stage, 100);
  const second = await stage.startFusion(env);
  await decided(stage, 200);
  first.kill('SIGKILL');
  await decided(stage, load.opened.length + 50);
  await stage.startFusion(env);
  second.kill('SIGKILL');
  await decided(stage, load.opened.length + 50);
  await load.finish();
  const decisions = await decided(stage, load.opened.length);
  expect(ledger(load.opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(decisions).toHaveLength(load.opened.length);
});
