import { setTimeout as delay } from 'node:timers/promises';
import type { BusProducer, OutgoingRecord } from '@tercet/bus';
import { TOPIC } from '@tercet/contracts';
import { waitFor } from '@tercet/local';
import { describeMachine, load } from '../machine.js';
import { type BenchResult, type Effort, type Figure, figureOf } from '../result.js';
import { randomStream } from '../texts.js';
import { DecisionTail, type SeenDecision } from './decision-tail.js';
import { JoinItems } from './join-items.js';
import { startJoinStage } from './join-stage.js';
import { percentilesOf } from './percentiles.js';
import { type Recovery, recoveriesOf } from './recoveries.js';

const ITEMS: Readonly<Record<Effort, number>> = { quick: 500, full: 1_500 };
const ITEMS_PER_SECOND = 40;
const MIN_WINDOW_MS = 3_000;
const MAX_WINDOW_MS = 8_000;
const TICK_MS = 20;
const TIMEOUT_MS = 120_000;
const SESSION_TIMEOUT_MS = 6_000;
const OUTAGE_MS = 12_000;

/**
 * Encoders are dead: items with one of two parts wait for their deadlines. Lateness is the time at which a read_committed
 * consumer has the decision, less the deadline, or less the moment at which the partition's owner began to work where
 * that is later. Undisturbed; with fusion restarted in between; with fusion killed and away at the deadlines.
 */
export async function benchDeadline(effort: Effort): Promise<BenchResult> {
  await using stage = await startJoinStage();
  const items = await JoinItems.load();
  await using tail = await DecisionTail.follow(stage.bus);
  await using producer = await stage.bus.producer();
  const recoveries: Recovery[] = [];
  const figures: Record<string, Figure> = {};
  const env = { TERCET_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS) };
  let fusion = await stage.startFusion('fusion', env);

  const measure = async (name: string, during: () => Promise<void>): Promise<void> => {
    const before = tail.seen.length;
    const count = ITEMS[effort];
    await Promise.all([openSteadily(producer, items, name, count), during()]);
    await waitFor('every item is decided', () => tail.seen.length >= before + count, {
      timeoutMs: TIMEOUT_MS,
      explain: () => `${tail.seen.length - before} of ${count}\n${fusion.explain()}`,
    });
    const known = [...recoveries, ...recoveriesOf(fusion)];
    const lateness = percentilesOf(tail.seen.slice(before).map((one) => latenessOf(one, known)));
    for (const figure of ['p50', 'p99', 'max'] as const)
      figures[`${name}, ${figure}`] = figureOf([lateness[figure]], 'ms');
    process.stderr.write(`${name}: ${JSON.stringify(lateness)}, load ${load().toFixed(1)}\n`);
  };
  const startAgain = async (): Promise<void> => {
    recoveries.push(...recoveriesOf(fusion));
    fusion = await stage.startFusion('fusion', env);
  };

  await measure('undisturbed', async () => undefined);
  await measure('fusion restarted', async () => {
    await delay(MAX_WINDOW_MS / 2);
    await fusion.stop();
    await startAgain();
  });
  await measure('fusion away', async () => {
    await delay(MIN_WINDOW_MS);
    fusion.kill('SIGKILL');
    await delay(OUTAGE_MS);
    await startAgain();
  });
  return {
    suite: 'deadline',
    machine: describeMachine(),
    ratios: {},
    figures: { ...figures, load_average: figureOf([load()], '') },
    notes: [
      `${ITEMS[effort]} items each, ${ITEMS_PER_SECOND} a second, windows of ${MIN_WINDOW_MS / 1000} to ${MAX_WINDOW_MS / 1000} s, one of two parts there.`,
      `Away: killed, and started again ${OUTAGE_MS / 1000} s later; session time-out ${SESSION_TIMEOUT_MS / 1000} s.`,
    ],
  };
}

function latenessOf({ partition, timings, seenAtMs }: SeenDecision, recoveries: readonly Recovery[]): number {
  // The owner that decided it is the last one that had begun by then.
  const readyAtMs = recoveries
    .filter((one) => one.partition === partition && one.atMs <= seenAtMs)
    .reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
  return seenAtMs - Math.max(timings.deadlineMs, readyAtMs);
}

async function openSteadily(
  producer: BusProducer,
  items: JoinItems,
  name: string,
  count: number,
): Promise<void> {
  const random = randomStream(count);
  const startedAt = performance.now();
  const record = (key: string, value: Uint8Array): OutgoingRecord => ({
    topic: TOPIC.embeddings,
    key,
    value,
  });
  for (let opened = 0; opened < count; ) {
    const due: OutgoingRecord[] = [];
    const now = performance.now() - startedAt;
    for (; opened < count && (opened * 1000) / ITEMS_PER_SECOND <= now; opened += 1) {
      const key = `bench/${name}-${opened}`;
      const windowMs = Math.round(MIN_WINDOW_MS + (MAX_WINDOW_MS - MIN_WINDOW_MS) * random());
      due.push(record(key, items.opened(key, ['text', 'caption'], windowMs)));
      due.push(record(key, items.embedded(key, 'text')));
    }
    if (due.length > 0) await producer.send(due);
    await delay(TICK_MS);
  }
}
