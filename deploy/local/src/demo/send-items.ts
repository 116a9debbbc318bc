import { type Bus, createBus } from '@tercet/bus';
import {
  connectGateway,
  type DeadLetter,
  findDeadLetters,
  type GatewayClient,
  readDecisionLog,
  submitItems,
} from '@tercet/client';
import { type Decision, TOPIC } from '@tercet/contracts';
import { silentLogger } from '@tercet/kit';
import { busConfig } from '../ensure-topics.js';
import { waitFor } from '../process/wait-for.js';
import type { Stack } from '../stack.js';
import type { DemoItem } from './items/demo-item.js';
import { UNDECODABLE } from './items/troubled.js';
import { judge } from './judge.js';
import type { DemoResult } from './outcome.js';

// Longer than the items' windows: a deadline decides before this does.
const DECISION_TIMEOUT_MS = 210_000;
const DEAD_LETTER_TIMEOUT_MS = 20_000;

export interface Sending {
  readonly stack: Stack;
  readonly items: readonly DemoItem[];
  /** A newer version of one of `items`; it goes in when that one is decided. */
  readonly edit: DemoItem;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Sends the items, waits for their decisions through the gateway, and reads the log of decisions at the end. */
export async function sendItems({ stack, items, edit, report, signal }: Sending): Promise<DemoResult> {
  await using bus = createBus(busConfig(stack.kafkaBrokers, stack.prefix), silentLogger());
  using gateway = connectGateway(stack.grpcAddress);
  report(`sending ${items.length + 1} item versions, and one record that holds none`);
  const sentAtMs = new Map<DemoItem, number>();
  const badRecord = await sendUndecodable(bus);
  await send(items, bus, gateway, sentAtMs);
  let decided = 0;
  const follow = async (demo: DemoItem): Promise<readonly [DemoItem, Decision | undefined]> => {
    const { tenant, itemId, version } = demo.item;
    const decision = await gateway.waitForDecision(tenant, itemId, version, DECISION_TIMEOUT_MS);
    decided += 1;
    if (decided % 10 === 0) report(`${decided} decided`);
    if (itemId === edit.item.itemId && demo !== edit) await send([edit], bus, gateway, sentAtMs);
    return [demo, decision];
  };
  const first = items.map(follow);
  const edited = Promise.all(first).then(() => follow(edit));
  const answers = [...(await untilStopped(Promise.all(first), signal)), await untilStopped(edited, signal)];
  report(`${decided} decided`);
  const expectedLetter = await findBadRecord(bus, badRecord, signal);
  const [log, letters] = await Promise.all([readDecisionLog(bus), findDeadLetters(bus)]);
  return judge({ answers, log, letters, expectedLetter, sentAtMs });
}

/** Hands the items over, each by its own door, and returns when all are acknowledged. */
async function send(
  items: readonly DemoItem[],
  bus: Bus,
  gateway: GatewayClient,
  sentAtMs: Map<DemoItem, number>,
): Promise<void> {
  for (const demo of items) sentAtMs.set(demo, Date.now());
  const by = (door: DemoItem['door']) => items.filter((demo) => demo.door === door).map(({ item }) => item);
  await Promise.all([
    submitItems(bus, by('kafka'), 'protobuf'),
    submitItems(bus, by('kafka-json'), 'json'),
    ...by('grpc').map((item) => gateway.submitItem(item)),
  ]);
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

async function sendUndecodable(bus: Bus): Promise<Place> {
  await using producer = await bus.producer();
  const [appended] = await producer.send([{ topic: TOPIC.items, ...UNDECODABLE }]);
  if (!appended) throw new Error('the record was not acknowledged');
  return { topic: TOPIC.items, partition: appended.partition, offset: appended.offset };
}

/** The dead letter that the undecodable record became; undefined where it did not come in time. */
async function findBadRecord(bus: Bus, place: Place, signal: AbortSignal): Promise<DeadLetter | undefined> {
  try {
    return await waitFor(
      'the undecodable record is a dead letter',
      async () => (await findDeadLetters(bus, place))[0],
      { timeoutMs: DEAD_LETTER_TIMEOUT_MS, intervalMs: 500, signal },
    );
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
