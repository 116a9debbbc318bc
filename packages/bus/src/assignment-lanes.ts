import type { Logger } from '@tercet/kit';
import { Lane } from './lane.js';
import type { Chunk, ConsumeOptions, TopicPartition } from './port.js';

/** What the client below fetches, by short topic name. */
export interface FetchControl {
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
}

/** A chunk in flight and one behind it: the next is there when the handler is done, and memory stays bounded. */
const MAX_BACKLOG = 2;
const RETRY_INITIAL_MS = 100;
const RETRY_MAX_MS = 5_000;

const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

interface Slot {
  readonly place: TopicPartition;
  readonly lane: Lane;
  /** Where a seek goes on; what was fetched before it is dropped. */
  soughtAt: bigint | undefined;
  pausedByUser: boolean;
  fetching: boolean;
  /** When a fetch last was of use to it, or it began to be fetched. */
  servedAtMs: number;
}

/** The lanes of the partitions that are assigned now, and which of them the client fetches. */
export class AssignmentLanes {
  private slots = new Map<string, Slot>();
  /** Chunks of partitions that were given up, by partition, until they end. */
  private readonly ending = new Map<string, Promise<void>>();
  /** False until onAssigned has resolved. */
  private ready = false;
  private endedAtMs = 0;

  constructor(
    private readonly options: ConsumeOptions,
    private readonly control: FetchControl,
    private readonly logger: Logger,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /** The generation is over: chunks in flight are aborted, what waits is dropped. Nothing is fetched until `begin`. */
  end(): void {
    if (this.ready) this.endedAtMs = performance.now();
    this.ready = false;
    for (const [key, slot] of this.slots) {
      slot.lane.close();
      this.ending.set(key, slot.lane.settled);
    }
  }

  /** Ends for good: what the client would still fetch, nobody takes. */
  halt(): void {
    this.end();
    for (const slot of this.slots.values()) {
      if (!slot.fetching) continue;
      slot.fetching = false;
      try {
        this.control.pause(slot.place);
      } catch (error) {
        // Between a crash of the client and its restart there is nothing to pause.
        this.logger.debug('bus.pause_failed', { reason: String(error) });
      }
    }
  }

  isFetching(): boolean {
    return [...this.slots.values()].some(({ fetching }) => fetching);
  }

  /** Since when nothing of use was fetched for some partition, though it waits for it; undefined where none does. */
  unservedSinceMs(): number | undefined {
    const slots = [...this.slots.values()];
    if (!this.ready) return slots.length > 0 ? this.endedAtMs : undefined;
    const waiting = slots.filter(({ fetching }) => fetching).map(({ servedAtMs }) => servedAtMs);
    return waiting.length > 0 ? Math.min(...waiting) : undefined;
  }

  /** A new assignment, nothing of which is fetched yet. Returns what is gone. */
  begin(partitions: readonly TopicPartition[]): TopicPartition[] {
    this.end();
    const before = this.slots;
    this.slots = new Map(
      partitions.map((place) => {
        const key = keyOf(place);
        // A pause lasts over a rebalance that leaves the partition here.
        const pausedByUser = this.options.startPaused === true || before.get(key)?.pausedByUser === true;
        const lane = this.createLane(place, this.ending.get(key) ?? Promise.resolve());
        const servedAtMs = performance.now();
        return [key, { place, lane, soughtAt: undefined, pausedByUser, fetching: false, servedAtMs }];
      }),
    );
    return [...before.values()].map(({ place }) => place).filter((place) => !this.slots.has(keyOf(place)));
  }

  /** onAssigned has resolved. */
  open(): void {
    this.ready = true;
    for (const slot of this.slots.values()) this.adjust(slot);
  }

  partitions(): TopicPartition[] {
    return [...this.slots.values()].map(({ place }) => place);
  }

  /** The signal for chunks of the partition; undefined where it is not to be delivered. */
  signalFor(place: TopicPartition): AbortSignal | undefined {
    const slot = this.slots.get(keyOf(place));
    return this.ready && slot !== undefined && slot.soughtAt === undefined ? slot.lane.signal : undefined;
  }

  push(chunk: Chunk): void {
    const slot = this.slots.get(keyOf(chunk));
    if (slot === undefined) return;
    slot.servedAtMs = performance.now();
    slot.lane.push(chunk);
    this.adjust(slot);
  }

  /** A fetch from `offset` found nothing. */
  idle(place: TopicPartition, startedAtMs: number): void {
    const slot = this.slots.get(keyOf(place));
    if (slot && this.signalFor(place) !== undefined) slot.servedAtMs = performance.now();
    // While chunks are on their way, records from before the fetch are yet to be applied.
    if (this.signalFor(place) === undefined || slot?.pausedByUser || slot?.lane.backlog !== 0) return;
    this.options.onIdle?.(place, startedAtMs);
  }

  /** A fetch from `offset` is asked for: a seek to it has taken effect. */
  fetchFrom(place: TopicPartition, offset: bigint): void {
    const slot = this.slots.get(keyOf(place));
    if (slot?.soughtAt === offset) slot.soughtAt = undefined;
  }

  /** @returns false where the partition is not assigned, or its generation is over. */
  seek(place: TopicPartition, offset: bigint): boolean {
    const slot = this.slots.get(keyOf(place));
    if (slot === undefined || slot.lane.signal.aborted) return false;
    slot.soughtAt = offset;
    slot.lane.clear();
    this.adjust(slot);
    return true;
  }

  /** A seek has not taken effect yet. */
  isSeeking(place: TopicPartition): boolean {
    return this.slots.get(keyOf(place))?.soughtAt !== undefined;
  }

  setPaused(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const place of partitions) {
      const slot = this.slots.get(keyOf(place));
      if (slot === undefined) continue;
      slot.pausedByUser = paused;
      this.adjust(slot);
    }
  }

  async settled(): Promise<void> {
    await Promise.all([...this.slots.values()].map(({ lane }) => lane.settled));
    await Promise.all(this.ending.values());
  }

  private createLane(place: TopicPartition, after: Promise<void>): Lane {
    const log = this.logger.child({ topic: place.topic, partition: place.partition });
    return new Lane({
      onChunk: this.options.onChunk,
      onProgress: () => {
        const slot = this.slots.get(keyOf(place));
        if (slot) this.adjust(slot);
      },
      onFailure: this.onFailure,
      onRetry: (error, attempt, waitMs) => log.warn('bus.chunk_rejected', { error, attempt, waitMs }),
      retryInitialMs: RETRY_INITIAL_MS,
      retryMaxMs: RETRY_MAX_MS,
      after,
    });
  }

  private adjust(slot: Slot): void {
    if (slot.lane.signal.aborted) return;
    const open = this.ready && !slot.pausedByUser;
    if (open) slot.lane.resume();
    else slot.lane.pause();
    const wanted = open && slot.lane.backlog < MAX_BACKLOG;
    if (wanted === slot.fetching) return;
    slot.fetching = wanted;
    slot.servedAtMs = performance.now();
    if (wanted) this.control.resume(slot.place);
    else this.control.pause(slot.place);
  }
}
