import { TOPIC } from '@tercet/contracts';
import { waitFor } from '@tercet/harness';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLoad } from './join-load.js';
import { counter, decided, type JoinStage, ledger, startJoinStage } from './join-stage.js';

let stage: JoinStage;
beforeEach(async () => {
  stage = await startJoinStage('fenced-owner', { partitions: 2 });
});
afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
});

const env = { TERCET_SESSION_TIMEOUT_MS: '2000' };

it('an owner that slept through its session decides nothing of what another took over', async () => {
  const sleeper = await stage.startFusion(env);
  const load = startLoad(stage);
  await decided(stage, 100);
  sleeper.kill('SIGSTOP');
  await stage.startFusion(env);
  await decided(stage, load.opened.length + 50);
  sleeper.kill('SIGCONT');
  await decided(stage, load.opened.length + 100);
  await load.finish();
  const decisions = await decided(stage, load.opened.length);
  expect(ledger(load.opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(decisions).toHaveLength(load.opened.length);
});

it('a live owner that is fenced comes back by itself', async () => {
  const fusion = await stage.startFusion(env);
  const load = startLoad(stage);
  await decided(stage, 50);
  for (let partition = 0; partition < stage.partitions; partition += 1) {
    await using thief = await stage.bus.transactionalProducer(`fusion-${partition}`, {
      topic: TOPIC.decisions,
      partition,
    });
    void thief;
  }
  await waitFor(
    'the owner notices',
    async () => counter(await fusion.metrics(), 'tercet_fusion_holds_ended_total', ['"fenced"']) >= 2,
  );
  await decided(stage, load.opened.length + 20);
  await load.finish();
  const decisions = await decided(stage, load.opened.length);
  expect(ledger(load.opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
});
