import type { BusProducer, OutgoingRecord } from '@tercet/bus';
import { DEFAULT_PARTITIONS, partitionOf, TOPIC } from '@tercet/contracts';
import { type ServiceProcess, waitFor } from '@tercet/local';
import { describeMachine, load } from '../machine.js';
import { type BenchResult, type Effort, type Figure, figureOf } from '../result.js';
import { DecisionTail, type SeenDecision } from './decision-tail.js';
import { JoinItems } from './join-items.js';
import { startJoinStage } from './join-stage.js';
import { recoveriesOf } from './recoveries.js';

const OPEN_ITEMS: Readonly<Record<Effort, number>> = { quick: 20_000, full: 100_000 };
const SESSION_TIMEOUT_MS = 10_000;
const WINDOW_MS = 6 * 3_600_000;
const BATCH = 500;
const PARTITIONS = DEFAULT_PARTITIONS.join;
const PARTS = ['text', 'caption'] as const;
const TIMEOUT_MS = 240_000;

/**
 * An owner of many open items is killed while another process stands by: seconds until each partition decides an item
 * that was sent after the kill. With Redis intact, and with Redis emptied at the same moment.
 */
export async function benchTakeover(effort: Effort): Promise<BenchResult> {
  const figures: Record<string, Figure> = {};
  const loads: number[] = [];
  for (const redis of ['intact', 'emptied'] as const) {
    const times = await takeOver(OPEN_ITEMS[effort], redis === 'emptied');
    figures[`redis ${redis}: taken over`] = figureOf(
      times.map((ms) => ms / 1000),
      's',
    );
    loads.push(load());
  }
  return {
    suite: 'takeover',
    machine: describeMachine(),
    ratios: {},
    figures: { ...figures, load_average: figureOf(loads, '') },
    notes: [
      `${OPEN_ITEMS[effort]} open items, each with one of its two vectors, on the partitions of the process that is killed.`,
      `From SIGKILL to the first decision of each partition that changed hands about an item sent after it; the session time-out of ${SESSION_TIMEOUT_MS / 1000} s is part of it.`,
    ],
  };
}

/** @returns milliseconds from the kill to the first decision, of each partition that changed hands. */
async function takeOver(openItems: number, emptyRedis: boolean): Promise<number[]> {
  await using stage = await startJoinStage();
  const items = await JoinItems.load();
  const env = { TERCET_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS) };
  const owner = await stage.startFusion('owner', env);
  await waitFor('the owner has every partition', () => recoveriesOf(owner).length >= PARTITIONS, {
    timeoutMs: TIMEOUT_MS,
  });
  const before = recoveriesOf(owner).length;
  const standby = await stage.startFusion('standby', env);
  const owned = await waitFor(
    'the partitions are shared out',
    () => {
      const mine = recoveriesOf(owner).slice(before);
      return mine.length + recoveriesOf(standby).length >= PARTITIONS && mine.map((one) => one.partition);
    },
    { timeoutMs: TIMEOUT_MS },
  );
  await using tail = await DecisionTail.follow(stage.bus);
  await using producer = await stage.bus.producer();
  await openMany(producer, items, openItems, new Set(owned));
  await probe(producer, items, 'before');
  await decidedEverywhere(tail, 'before', [owner, standby]);
  say(`${openItems} items are open on partitions ${owned.join(', ')}; killing their owner`);

  const killedAtMs = Date.now();
  owner.kill('SIGKILL');
  if (emptyRedis) await stage.emptyRedis();
  await probe(producer, items, 'after');
  const seen = await decidedEverywhere(tail, 'after', [standby]);
  const result = seen
    .filter(({ partition }) => owned.includes(partition))
    .map(({ seenAtMs }) => seenAtMs - killedAtMs);
  say(
    `redis ${emptyRedis ? 'emptied' : 'intact'}: ${result.map((ms) => (ms / 1000).toFixed(1)).join(' ')} s`,
  );
  return result;
}

/** Opens items on the given partitions and sends one of each one's two vectors. */
async function openMany(
  producer: BusProducer,
  items: JoinItems,
  count: number,
  partitions: ReadonlySet<number>,
): Promise<void> {
  let records: OutgoingRecord[] = [];
  for (let opened = 0, n = 0; opened < count; n += 1) {
    const itemKey = `bench/open-${n}`;
    if (!partitions.has(partitionOf(itemKey, PARTITIONS))) continue;
    opened += 1;
    records.push(
      record(itemKey, items.opened(itemKey, PARTS, WINDOW_MS)),
      record(itemKey, items.embedded(itemKey, PARTS[0])),
    );
    if (records.length < BATCH && opened < count) continue;
    await producer.send(records);
    records = [];
  }
}

/** Sends one complete item to every partition. */
async function probe(producer: BusProducer, items: JoinItems, name: string): Promise<void> {
  const found = new Map<number, string>();
  for (let n = 0; found.size < PARTITIONS; n += 1) {
    const itemKey = `bench/${name}-${n}`;
    const partition = partitionOf(itemKey, PARTITIONS);
    if (!found.has(partition)) found.set(partition, itemKey);
  }
  await producer.send(
    [...found.values()].flatMap((itemKey) => [
      record(itemKey, items.opened(itemKey, [PARTS[0]], WINDOW_MS)),
      record(itemKey, items.embedded(itemKey, PARTS[0])),
    ]),
  );
}

/** Each partition's decision about its probe. */
async function decidedEverywhere(
  tail: DecisionTail,
  name: string,
  processes: readonly ServiceProcess[],
): Promise<SeenDecision[]> {
  const seen = () => tail.seen.filter(({ itemKey }) => itemKey.startsWith(`bench/${name}-`));
  await waitFor(`${name}: every partition decides`, () => seen().length >= PARTITIONS, {
    timeoutMs: TIMEOUT_MS,
    intervalMs: 50,
    explain: () => `${seen().length} do\n${processes.map((one) => one.explain()).join('\n')}`,
  });
  return seen();
}

const record = (key: string, value: Uint8Array): OutgoingRecord => ({ topic: TOPIC.embeddings, key, value });

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
