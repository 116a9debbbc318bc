import { setTimeout as delay } from 'node:timers/promises';
import { auditDecisions, readDecisionLog, readOpenings, submitItems } from '@tercet/client';
import { DecisionCause, Item } from '@tercet/contracts';
import { startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { afterEach, expect, it } from 'vitest';
import { startLoad } from './join-load.js';
import { decided, type JoinStage, ledger, startJoinStage } from './join-stage.js';
import { replicasOf } from './replicas.js';

const STORMS = 2;
const MORE = 3;
const ITEMS_PER_BATCH = 5;
const EVERY_MS = 250;
const env = { TERCET_SESSION_TIMEOUT_MS: '3000' };

let stage: JoinStage | undefined;
let stack: TestStack | undefined;
afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
  await stack?.stop();
  stage = undefined;
  stack = undefined;
});

it('fusion scaled from one to four processes and back under load loses and repeats nothing', async () => {
  const running = await startJoinStage('fusion-storm', { partitions: 6 });
  stage = running;
  await running.startFusion(env);
  const load = startLoad(running);
  await decided(running, 50);
  for (let storm = 0; storm < STORMS; storm += 1) {
    const more = await Promise.all(Array.from({ length: MORE }, () => running.startFusion(env)));
    await decided(running, load.opened.length);
    const [killed, ...stopped] = more;
    killed?.kill('SIGKILL');
    await Promise.all(stopped.map((one) => one.stop()));
    await decided(running, load.opened.length);
  }
  await load.finish();
  const decisions = await decided(running, load.opened.length);
  expect(ledger(load.opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(decisions).toHaveLength(load.opened.length);
}, 180_000);

it('an encoder scaled from one to four processes and back under load loses no part', async () => {
  const running = await startTestStack('encoder-storm', {
    services: ['intake', 'text-encoder', 'fusion'],
    env,
  });
  stack = running;
  await using replicas = replicasOf(running, 'text-encoder', env);
  let sent = 0;
  let isOver = false;
  const load = (async () => {
    for (; !isOver; await delay(EVERY_MS)) {
      const items = Array.from({ length: ITEMS_PER_BATCH }, (_, n) => note(sent + n));
      await submitItems(running.bus, items);
      sent += items.length;
    }
  })();
  load.catch(() => undefined);
  const decidedUpTo = (count: number) =>
    waitFor(
      `${count} items are decided`,
      async () => auditDecisions([], await readDecisionLog(running.bus)).firstDecisions.size >= count,
      { timeoutMs: 120_000, intervalMs: 500, explain: () => replicas.explain() },
    );
  for (let storm = 0; storm < STORMS; storm += 1) {
    const [killed, ...stopped] = await replicas.add(MORE);
    await decidedUpTo(sent);
    killed?.kill('SIGKILL');
    await Promise.all(stopped.map((one) => one.stop()));
    await decidedUpTo(sent);
  }
  isOver = true;
  await load;
  await decidedUpTo(sent);
  const log = (await readDecisionLog(running.bus)).filter(({ decision }) => decision !== undefined);
  const openings = await readOpenings(running.bus);
  expect(openings).toHaveLength(sent);
  expect(auditDecisions(openings, log)).toMatchObject({ lost: [], duplicates: [] });
  expect(log.filter(({ decision }) => decision?.cause !== DecisionCause.COMPLETE)).toEqual([]);
  expect(log.flatMap(({ decision }) => decision?.partsMissing ?? [])).toEqual([]);
}, 300_000);

function note(n: number): Item {
  const content = { $case: 'text' as const, value: `A note of no importance, number ${n}.` };
  const part = { partId: 'words', modality: 'text', language: 'en', content };
  return Item.fromPartial({
    tenant: 'acme',
    itemId: `note-${n}`,
    version: 1n,
    windowMs: 110_000n,
    parts: [part],
  });
}
