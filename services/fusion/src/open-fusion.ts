import type { Tracer } from '@opentelemetry/api';
import type { Bus, BusConsumer } from '@tercet/bus';
import { TOPIC } from '@tercet/contracts';
import type { JoinStore } from '@tercet/join-state';
import type { TercetError } from '@tercet/kit';
import { BrokerClock } from './broker-clock.js';
import type { OwnerSettings } from './config.js';
import type { FusionEvents } from './events.js';
import { Owners } from './owners.js';
import type { PolicyShelf } from './policy-shelf.js';
import { systemTime, type Time } from './time.js';
import { TransactionTurns } from './transaction-turns.js';

// A deadline that passes within an idle fetch round is seen at the end of the next one.
const MAX_WAIT_MS = 50;
const MAX_BYTES_PER_PARTITION = 1024 * 1024;
// While partitions wait for their turn, what is fetched waits too: in fewer fetches, and fewer calls of Redis.
const SPACING_MS = 8;

export interface FusionParts {
  readonly bus: Bus;
  readonly store: JoinStore;
  readonly shelf: PolicyShelf;
  readonly events: FusionEvents;
  readonly tracer: Tracer;
  /** Default: the system's. */
  readonly time?: Time;
  readonly onAssigned?: () => void;
}

export interface FusionOptions {
  readonly sessionTimeoutMs: number;
  readonly maxClockSkewMs: number;
  readonly owner: OwnerSettings;
}

/** A running join. Disposing drains it. */
export interface Fusion extends AsyncDisposable {
  readonly finished: Promise<void>;
  readonly consumer: BusConsumer;
  /** Partitions that were recovered and are worked on. */
  readonly working: number;
}

/** One reader for recoveries, one consumer group on `embeddings`, one owner per assigned partition. */
export async function openFusion(parts: FusionParts, options: FusionOptions): Promise<Fusion> {
  const { bus } = parts;
  let fail: (error: TercetError) => void = () => undefined;
  const fatal = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const reader = await bus.reader('fusion-restore');
  const clock = new BrokerClock(options.maxClockSkewMs);
  const time = parts.time ?? systemTime;
  const { concurrentTransactions, turnPatienceMs } = options.owner;
  const turns = new TransactionTurns(concurrentTransactions, turnPatienceMs, time);
  const owners = new Owners((consumer) => ({
    ...parts,
    consumer,
    reader,
    clock,
    time,
    turns,
    settings: options.owner,
    onFatal: fail,
  }));
  const consumer = await bus.consume({
    groupId: 'fusion',
    topics: [TOPIC.embeddings],
    onChunk: (chunk) => owners.onChunk(chunk),
    onAssigned: async (assignment) => {
      owners.assign(assignment);
      parts.onAssigned?.();
    },
    onRevoked: (partitions) => owners.revoke(partitions),
    onIdle: (partition, startedAtMs) => owners.onIdle(partition, startedAtMs),
    sessionTimeoutMs: options.sessionTimeoutMs,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    maxWaitMs: MAX_WAIT_MS,
    fetchSpacingMs: () => (turns.areAwaited ? SPACING_MS : 0),
    startPaused: true,
  });
  owners.attach(consumer);
  return {
    consumer,
    finished: Promise.race([consumer.finished, fatal]),
    get working() {
      return owners.working;
    },
    async [Symbol.asyncDispose]() {
      await owners.drain();
      await consumer[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
    },
  };
}
