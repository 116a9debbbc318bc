import type { Assignment, Bus, BusConsumer, BusRecord, Chunk, TopicPartition } from '@tercet/bus';
import { asTercetError, BugError, InvalidInputError, type TercetError } from '@tercet/kit';
import type { EncoderEvents } from '../events.js';
import { Committer } from './committer.js';
import type { ReadRecord } from './encode-part.js';
import { InFlight, type InFlightLimits } from './in-flight.js';
import { type OwnedPartition, Partitions } from './partitions.js';
import { expectedBytes, readRawPart } from './read-raw-part.js';
import { type Approach, approachOf, readStarts, writeStarts } from './starts.js';

export interface PartConsumerOptions {
  readonly bus: Pick<Bus, 'consume'>;
  readonly groupId: string;
  readonly topic: string;
  /** Resolves when what became of a record is in the log; rejects with Unavailable where it was given up. */
  readonly encode: (read: ReadRecord, signal: AbortSignal) => Promise<void>;
  readonly events: EncoderEvents;
  readonly limits: InFlightLimits;
  readonly sessionTimeoutMs: number;
  readonly maxBytesPerPartition: number;
  readonly maxWaitMs: number;
  readonly commitIntervalMs: number;
  readonly onJoined: () => void;
}

interface Entry extends ReadRecord {
  readonly owner: OwnedPartition;
  readonly bytes: number;
}

/** Parts whose size upstream alone knows that may be under way together; each may turn out as large as a fetch may be. */
const UNKNOWN_AT_ONCE = 8;

/**
 * Reads `raw.<modality>` and keeps as many parts under way as the limits allow. A chunk is taken over at once, so that
 * heartbeats go on; when enough waits the partitions are paused. A partition is committed over its unbroken head of
 * published records, whatever order they end in.
 */
export class PartConsumer implements AsyncDisposable {
  readonly #partitions = new Partitions();
  readonly #inFlight: InFlight<Entry>;
  readonly #committer: Committer;
  readonly #open = new Set<Promise<void>>();
  #consumer: BusConsumer | undefined;
  #paused = false;
  #stopping = false;
  #fail: (error: Error) => void = () => undefined;
  readonly #fatal: Promise<never>;

  constructor(private readonly options: PartConsumerOptions) {
    this.#inFlight = new InFlight(options.limits);
    this.#fatal = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#fatal.catch(() => undefined);
    this.#committer = new Committer({
      due: () => this.#partitions.due(),
      commit: async (offsets) => this.#consumer?.commit(this.#partitions.generation, offsets),
      onCommitted: (offsets) => this.#partitions.committed(offsets),
      onFailed: (error) => this.#onCommitFailed(error),
      intervalMs: options.commitIntervalMs,
    });
  }

  /** Joins the group. */
  async start(): Promise<void> {
    const { bus, groupId, topic, sessionTimeoutMs, maxBytesPerPartition, maxWaitMs } = this.options;
    this.#consumer = await bus.consume({
      groupId,
      topics: [topic],
      sessionTimeoutMs,
      maxBytesPerPartition,
      maxWaitMs,
      onChunk: (chunk) => this.#onChunk(chunk),
      onAssigned: (assignment) => this.#onAssigned(assignment),
      onRevoked: (partitions) => this.#onRevoked(partitions),
    });
    this.#consumer.finished.catch((error: unknown) => this.#fail(error as Error));
  }

  /** Rejects with the error that ends the encoder, if one does. */
  get finished(): Promise<never> {
    return this.#fatal;
  }

  /** Milliseconds since the group's last sign of life. */
  get vitals(): ReturnType<BusConsumer['vitals']> | undefined {
    return this.#consumer?.vitals();
  }

  /**
   * Reads no more, finishes what is under way, commits and leaves the group.
   * @param giveUp aborted when what is still under way is to be left to the next owner.
   */
  async drain(giveUp: AbortSignal): Promise<void> {
    this.#stopping = true;
    this.#consumer?.pause(this.#partitions.all);
    this.options.events.givenUp(this.#inFlight.drop(() => true));
    const onGiveUp = (): void => this.#partitions.revoked(this.#partitions.all);
    if (giveUp.aborted) onGiveUp();
    giveUp.addEventListener('abort', onGiveUp, { once: true });
    while (this.#open.size > 0) await Promise.allSettled(this.#open);
    await this.#committer.stop();
    giveUp.removeEventListener('abort', onGiveUp);
    await this.#consumer?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain(AbortSignal.abort());
  }

  async #onChunk({ topic, partition, records, nextOffset, highWatermark, signal }: Chunk): Promise<void> {
    if (signal.aborted || this.#stopping) return;
    const owner = this.#partitions.own({ topic, partition });
    const [first] = records;
    if (first) owner.approach ??= await this.#begin(owner, first.offset);
    if (signal.aborted) return;
    // Read before: a partition that is kept over a rebalance goes on from its last commit.
    const fresh = records.filter(({ offset }) => offset >= (owner.watermark.next ?? 0n));
    this.options.events.behind(partition, highWatermark - nextOffset);
    if (owner.approach === 'one by one' || owner.approach === 'give up the first') {
      const work = this.#oneByOne(owner, fresh).finally(() => this.#open.delete(work));
      this.#open.add(work);
      await work;
      return;
    }
    const entries = fresh.map((record) => this.#admit(owner, record));
    owner.watermark.reach(nextOffset);
    this.#inFlight.push(entries);
    this.#pump();
    this.#committer.poke();
  }

  #admit(owner: OwnedPartition, record: BusRecord): Entry {
    owner.watermark.admit(record.offset);
    const read = readOrWhyNot(record.value);
    const unknownBytes = this.options.limits.maxBytes / UNKNOWN_AT_ONCE;
    const bytes = read instanceof InvalidInputError ? 0 : expectedBytes(read, unknownBytes);
    return { record, read, owner, bytes };
  }

  /** Counts, where a successor will find it, that the partition is begun at this offset; the next commit forgets it. */
  async #begin({ topic, partition, watermark }: OwnedPartition, offset: bigint): Promise<Approach> {
    const { generation } = this.#partitions;
    const committed = await this.#consumer?.committed({ topic, partition });
    const starts = 1 + (committed?.offset === offset ? readStarts(committed.metadata) : 0);
    await this.#consumer?.commit(generation, [{ topic, partition, offset, metadata: writeStarts(starts) }]);
    watermark.committed(offset);
    if (starts > 1) this.options.events.begunAgain(partition, offset, starts);
    return approachOf(starts);
  }

  /** One part after the other, each committed before the next is begun: whichever ends the process is the first then. */
  async #oneByOne(owner: OwnedPartition, records: readonly BusRecord[]): Promise<void> {
    const { topic, partition } = owner;
    for (const record of records) {
      if (owner.signal.aborted || this.#stopping) return;
      const entry = this.#admit(owner, record);
      const isGivenUp = owner.approach === 'give up the first';
      await this.#encode(isGivenUp ? { ...entry, failWith: new InvalidInputError('crashed') } : entry);
      const offset = record.offset + 1n;
      if (owner.signal.aborted || owner.watermark.committable !== offset) return;
      await this.#consumer?.commit(this.#partitions.generation, [{ topic, partition, offset }]);
      owner.watermark.committed(offset);
      owner.approach = 'one by one';
    }
    // A whole chunk was got over.
    owner.approach = 'as usual';
  }

  async #onAssigned({ generation, partitions }: Assignment): Promise<void> {
    this.#partitions.assigned(generation, partitions);
    if (this.#paused) this.#consumer?.pause(partitions);
    void this.#sayJoined(generation);
  }

  async #sayJoined(generation: number): Promise<void> {
    try {
      await this.#consumer?.heartbeat(generation);
      this.options.onJoined();
    } catch (error) {
      // The next generation tries again; the watchdog ends a member that is never accepted.
      this.options.events.retried('heartbeat', asTercetError(error));
    }
  }

  #onRevoked(partitions: readonly TopicPartition[]): void {
    this.#partitions.revoked(partitions);
    this.options.events.givenUp(this.#inFlight.drop(({ owner }) => owner.signal.aborted));
    this.#pump();
  }

  #pump(): void {
    for (const entry of this.#inFlight.begin()) {
      const work = this.#encode(entry).finally(() => {
        this.#open.delete(work);
        this.#inFlight.end(entry);
        this.#pump();
      });
      this.#open.add(work);
    }
    this.options.events.queued('backlog', this.#inFlight.backlog);
    this.options.events.queued('in_flight', this.#inFlight.parts);
    this.#pauseOrResume();
  }

  #pauseOrResume(): void {
    if (this.#stopping) return;
    if (!this.#paused && this.#inFlight.isFull) {
      this.#paused = true;
      this.#consumer?.pause(this.#partitions.all);
    } else if (this.#paused && this.#inFlight.isLow) {
      this.#paused = false;
      this.#consumer?.resume(this.#partitions.all);
    }
  }

  async #encode(entry: Entry): Promise<void> {
    const { owner, record } = entry;
    try {
      await this.options.encode(entry, owner.signal);
      if (owner.signal.aborted) return;
      owner.watermark.done(record.offset);
      this.#committer.poke();
    } catch (error) {
      const known = asTercetError(error);
      if (known.kind === 'Unavailable' && (owner.signal.aborted || this.#stopping))
        return this.options.events.givenUp(1);
      this.#fail(
        known.kind === 'InvalidInput'
          ? new BugError('a bad part was not published', { cause: known })
          : known,
      );
    }
  }

  #onCommitFailed(error: TercetError): void {
    if (error.kind === 'Bug') this.#fail(error);
    else this.options.events.retried('commit', error);
  }
}

function readOrWhyNot(value: Uint8Array | undefined): ReadRecord['read'] {
  try {
    return readRawPart(value);
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
}
