import { type Decision, DecisionCause, HEADER, TOPIC } from '@tercet/contracts';
import { waitFor } from '@tercet/harness';
import type { ServiceProcess } from '@tercet/local';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import { decided, type JoinStage, ledger, recoveries, startJoinStage } from './join-stage.js';

/** What two busy cores may add; `npm run bench -- --suite deadline` measures the true figure. */
const LATENESS_LIMIT_MS = 1_500;
const ITEMS_PER_WAVE = 100;

let stage: JoinStage;
beforeEach(async () => {
  stage = await startJoinStage('deadline-owner', { partitions: 2 });
});
afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
});

const env = { TERCET_SESSION_TIMEOUT_MS: '2000' };
const openedAtOnce = (keys: readonly string[], windowMs: number) =>
  stage.send(
    keys.flatMap((itemKey, n) => [
      { itemKey, value: joinRecord.opened(itemKey, 1n, ['text', 'image'], windowMs + n * 20) },
      { itemKey, value: joinRecord.embedded(itemKey, 1n, 'text') },
    ]),
  );

/** Milliseconds from each decision's deadline, or from its owner's beginning where that is later, to its sending. */
async function latenesses(processes: readonly ServiceProcess[]): Promise<number[]> {
  const begun = processes.flatMap(recoveries);
  await using reader = await stage.bus.reader('lateness');
  const found: number[] = [];
  for (let partition = 0; partition < stage.partitions; partition += 1) {
    await reader.readToEnd({ topic: TOPIC.decisions, partition }, 0n, (records) => {
      for (const { headers } of records) {
        const header = headers[HEADER.timings];
        if (header === undefined) continue;
        const { decidedAtMs, deadlineMs } = JSON.parse(Buffer.from(header).toString());
        const ready = begun.filter((one) => one.partition === partition && one.atMs <= decidedAtMs);
        found.push(decidedAtMs - Math.max(deadlineMs, ...ready.map(({ atMs }) => atMs)));
      }
    });
  }
  return found.sort((a, b) => a - b);
}

it('with every encoder dead an item is decided at its deadline, or when its owner is ready', async () => {
  const first = await stage.startFusion(env);
  const keysOf = (wave: string) => Array.from({ length: ITEMS_PER_WAVE }, (_, n) => `acme/${wave}-${n}`);
  const waves = ['undisturbed', 'restarted', 'away'];
  await openedAtOnce(keysOf('undisturbed'), 500);
  await decided(stage, ITEMS_PER_WAVE);

  // The deadlines of this wave run out while one process drains and another begins.
  await openedAtOnce(keysOf('restarted'), 1_500);
  await first.stop();
  const second = await stage.startFusion(env);
  await decided(stage, 2 * ITEMS_PER_WAVE);

  // Those of the next while there is none.
  await openedAtOnce(keysOf('away'), 500);
  second.kill('SIGKILL');
  const lastDeadlineMs = Date.now() + 500 + ITEMS_PER_WAVE * 20;
  await waitFor('every deadline has passed', () => Date.now() > lastDeadlineMs);
  const third = await stage.startFusion(env);
  const decisions = await decided(stage, 3 * ITEMS_PER_WAVE);

  const opened = waves.flatMap(keysOf).map((itemKey) => ({ itemKey, version: 1n }));
  expect(ledger(opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(new Set(decisions.map(({ cause }) => cause))).toEqual(new Set([DecisionCause.DEADLINE]));
  const lateness = await latenesses([first, second, third]);
  expect(lateness).toHaveLength(decisions.length);
  const p99 = lateness[Math.ceil(0.99 * lateness.length) - 1] ?? Number.NaN;
  console.log(`lateness over ${lateness.length} items: p99 ${p99} ms, most ${lateness.at(-1)} ms`);
  expect(lateness[0]).toBeGreaterThanOrEqual(0);
  expect(p99).toBeLessThanOrEqual(LATENESS_LIMIT_MS);
});

it('a last part that lay on the log before the deadline counts, though nobody was there at the deadline', async () => {
  const fusion = await stage.startFusion(env);
  const keys = Array.from({ length: 40 }, (_, n) => `acme/late-owner-${n}`);
  const complete = keys.filter((_, n) => n % 2 === 0);
  const windowMs = 4_000;
  await stage.send(
    keys.flatMap((itemKey) => [
      { itemKey, value: joinRecord.opened(itemKey, 1n, ['text', 'image'], windowMs) },
      { itemKey, value: joinRecord.embedded(itemKey, 1n, 'text') },
    ]),
  );
  const openedBeforeMs = Date.now();
  fusion.kill('SIGKILL');
  await stage.send(
    complete.map((itemKey) => ({ itemKey, value: joinRecord.embedded(itemKey, 1n, 'image') })),
  );
  await waitFor('every deadline has passed', () => Date.now() > openedBeforeMs + windowMs);
  await stage.startFusion(env);
  const decisions = await decided(stage, keys.length);
  const timings = await lastParts();
  for (const key of complete) {
    const { lastPartAtMs, deadlineMs } = timings.get(key) ?? { lastPartAtMs: Number.NaN, deadlineMs: 0 };
    expect(lastPartAtMs, `${key} was completed in time`).toBeLessThan(deadlineMs);
  }
  const causeOf = (decision: Decision) => [decision.itemKey, DecisionCause[decision.cause]];
  expect(new Map(decisions.map(causeOf) as [string, string][])).toEqual(
    new Map(keys.map((key) => [key, complete.includes(key) ? 'COMPLETE' : 'DEADLINE'])),
  );
});

async function lastParts(): Promise<Map<string, { lastPartAtMs: number; deadlineMs: number }>> {
  await using reader = await stage.bus.reader('last-parts');
  const found = new Map<string, { lastPartAtMs: number; deadlineMs: number }>();
  for (let partition = 0; partition < stage.partitions; partition += 1) {
    await reader.readToEnd({ topic: TOPIC.decisions, partition }, 0n, (records) => {
      for (const { key, headers } of records) {
        const header = headers[HEADER.timings];
        if (header !== undefined)
          found.set(Buffer.from(key ?? '').toString(), JSON.parse(Buffer.from(header).toString()));
      }
    });
  }
  return found;
}
