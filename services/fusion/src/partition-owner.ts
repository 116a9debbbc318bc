import type { Tracer } from '@opentelemetry/api';
import type { Bus, BusConsumer, Chunk, PartitionReader, TransactionalProducer } from '@tercet/bus';
import { TOPIC } from '@tercet/contracts';
import { type JoinStore, LostError } from '@tercet/join-state';
import { asTercetError, type TercetError, type UnavailableError } from '@tercet/kit';
import type { BrokerClock } from './broker-clock.js';
import type { OwnerSettings } from './config.js';
import type { FusionEvents } from './events.js';
import { Mailbox } from './mailbox.js';
import { OwnedPartition } from './owned-partition.js';
import type { PolicyShelf } from './policy-shelf.js';
import { recoverState } from './recover-state.js';
import { pause, type Time } from './time.js';
import type { TransactionTurns } from './transaction-turns.js';

export interface OwnerDeps {
  readonly bus: Bus;
  readonly consumer: BusConsumer;
  readonly reader: PartitionReader;
  readonly store: JoinStore;
  readonly shelf: PolicyShelf;
  readonly clock: BrokerClock;
  readonly time: Time;
  readonly events: FusionEvents;
  readonly tracer: Tracer;
  readonly turns: TransactionTurns;
  readonly settings: OwnerSettings;
  /** A bug of ours ends the process. */
  readonly onFatal: (error: TercetError) => void;
}

/** What an owner has in hand ends within a few round trips; one that takes longer may as well be fenced. */
const HAND_OVER_MS = 500;

/** The generation that a partition was assigned under is over; a later assignment makes a new owner. */
class GenerationOver extends Error {}

/**
 * The owner of one partition under one group generation: the loop of steps 1-8 of docs/join.md. It recovers, works, and
 * after anything that leaves the state or a transaction in doubt drops both and recovers again.
 */
export class PartitionOwner {
  readonly mailbox: Mailbox;
  readonly at: { readonly topic: string; readonly partition: number };
  readonly #stop = new AbortController();
  /** Settles when the loop has ended and its producer is gone. */
  readonly done: Promise<void>;
  working = false;

  constructor(
    readonly partition: number,
    readonly generation: number,
    private readonly deps: OwnerDeps,
    /** Settles when the owner that this process had before has ended. */
    before?: Promise<void>,
  ) {
    this.mailbox = new Mailbox(deps.time);
    this.at = { topic: TOPIC.embeddings, partition };
    this.done = this.#follow(before);
  }

  /** Ends after what is in hand: a transaction is committed and marked, the offset committed where it still may. */
  stop(): void {
    this.#stop.abort();
    this.mailbox.wake();
  }

  onChunk(chunk: Chunk): Promise<void> {
    // The seek at the end of a recovery brings it again.
    if (!this.working || this.#stop.signal.aborted) return Promise.resolve();
    return this.mailbox.deliver(chunk);
  }

  onIdle(startedAtMs: number): void {
    if (this.working) this.mailbox.idle(startedAtMs);
  }

  /** A fence of the owner before that is on its way would fence this one; it is waited for, but not for long. */
  async #follow(before: Promise<void> | undefined): Promise<void> {
    const { time } = this.deps;
    if (before) await Promise.race([before, pause(time, HAND_OVER_MS, this.#stop.signal)]);
    await this.#run();
  }

  async #run(): Promise<void> {
    const { settings, events, time } = this.deps;
    let backoffMs = 0;
    while (!this.#stop.signal.aborted) {
      const startedAt = time.elapsedMs();
      try {
        await this.#recoverAndWork();
      } catch (error) {
        if (error instanceof GenerationOver) {
          events.generationOver(this.partition);
          return;
        }
        if (this.#stop.signal.aborted) return;
        const known = asTercetError(error);
        if (known.kind !== 'Unavailable') {
          this.deps.onFatal(known);
          return;
        }
        events.holdEnded(this.partition, endOf(known), known);
      } finally {
        this.working = false;
        if (!this.#stop.signal.aborted) this.deps.consumer.pause([this.at]);
        this.mailbox.clear();
      }
      // The first recovery after a long hold is tried at once.
      const longHold = time.elapsedMs() - startedAt > settings.maxBackoffMs;
      backoffMs = longHold
        ? settings.minBackoffMs
        : Math.min(settings.maxBackoffMs, backoffMs * 2 || settings.minBackoffMs);
      // With jitter, so that two that fight for a partition do not do so in step.
      await pause(time, backoffMs * (0.5 + time.random()), this.#stop.signal);
    }
  }

  async #recoverAndWork(): Promise<void> {
    const { bus, clock, consumer, reader, store, events, settings, time } = this.deps;
    const { partition, generation } = this;
    const startedAt = time.elapsedMs();
    const signal = this.#stop.signal;
    const beat = async (): Promise<void> => {
      await consumer.heartbeat(generation).catch(endGeneration);
    };
    // Before the fence: a commit that is read after it may rest on decisions that lie beyond the end which the fence gives.
    const [committed] = await Promise.all([consumer.committed(this.at), beat()]);
    // A stop that comes now must not fence, or take the state from, the owner that the next assignment made.
    if (signal.aborted) return;
    const producer = await bus.transactionalProducer(`fusion-${partition}`, {
      topic: TOPIC.decisions,
      partition,
    });
    try {
      if (signal.aborted) return;
      // Without a fresh record of `embeddings` this is all that is known of the broker's clock.
      if (producer.fencedAt) clock.observe(producer.fencedAt.appendTimeMs, producer.fencedAt.receivedAtMs);
      const recovery = {
        decisionsEnd: producer.fencedTo,
        store,
        reader,
        events,
        nowMs: () => time.nowMs(),
        dedupeWindowMs: settings.dedupeWindowMs,
        lookupWindowMs: settings.lookupWindowMs,
      };
      const { hold, inOffset, marked, embeddings } = await recoverState(
        partition,
        committed,
        recovery,
        signal,
      );
      await beat();
      const owned = new OwnedPartition(hold, inOffset, committed?.offset ?? 0n, {
        ...this.deps,
        partition,
        producer,
        mailbox: this.mailbox,
        heartbeat: throttled(beat, HEARTBEAT_MS, time),
        commit: (offset, metadata) =>
          consumer.commit(generation, [{ ...this.at, offset, metadata }]).catch(endGeneration),
      });
      await owned.catchUp(embeddings, signal);
      if (signal.aborted) return;
      await consumer.seek(this.at, owned.nextOffset);
      this.working = true;
      events.recovered(partition, startedAt, inOffset, marked);
      await owned.work(signal);
    } finally {
      await dispose(producer);
    }
  }
}

// The consumer beats by itself; this one only notices a lost generation before more work is done under it.
const HEARTBEAT_MS = 1_000;

/**
 * Begins `work` when it is called, at most once in `everyMs`, and rejects once it has failed. It is not waited for: a
 * coordinator answers a consumer's heartbeat behind its long poll, and the owner has its turn meanwhile.
 */
function throttled(work: () => Promise<void>, everyMs: number, time: Time): () => Promise<void> {
  let lastAtMs = 0;
  let failure: unknown;
  return async () => {
    if (failure !== undefined) throw failure;
    if (time.nowMs() - lastAtMs < everyMs) return;
    lastAtMs = time.nowMs();
    work().catch((error: unknown) => {
      failure = error;
    });
  };
}

// The coordinator's word about the generation, not about the transaction.
function endGeneration(error: unknown): never {
  const known = asTercetError(error);
  if (known.kind === 'Unavailable' && known.code === 'fenced') throw new GenerationOver();
  throw known;
}

function endOf(error: UnavailableError): 'lost' | 'fenced' | 'redis' | 'broker' | 'unknown_outcome' {
  if (error instanceof LostError) return 'lost';
  switch (error.code) {
    case 'fenced':
      return 'fenced';
    case 'redis_unavailable':
    case 'overloaded':
      return 'redis';
    case 'deadline':
      return 'unknown_outcome';
    default:
      return 'broker';
  }
}

async function dispose(producer: TransactionalProducer): Promise<void> {
  try {
    await producer[Symbol.asyncDispose]();
  } catch {
    // It is thrown away because it may be broken; a later one fences it.
  }
}
