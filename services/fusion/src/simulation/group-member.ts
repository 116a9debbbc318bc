import type { BusConsumer, Chunk, ConsumeOptions, TopicPartition } from '@tercet/bus';
import { BugError, UnavailableError } from '@tercet/kit';
import type { Broker } from './process-bus.js';
import type { Actor } from './world.js';

interface Slot {
  readonly place: TopicPartition;
  readonly generation: number;
  readonly stop: AbortController;
  position: bigint;
  paused: boolean;
  fetching: boolean;
  delivering: boolean;
  /** Came while the partition was paused. */
  waiting: Chunk | undefined;
  /** Raised by a seek: what was fetched before it is dropped. */
  seeks: number;
}

/** Offsets that one fetch brings at most. */
const FETCH_OFFSETS = 5;

/** One member of the group: a fetch and a chunk at a time per partition, as the lanes of packages/bus do. */
export class GroupMember implements BusConsumer {
  readonly finished = new Promise<void>(() => undefined);
  generation = 0;
  #slots = new Map<number, Slot>();
  #ready = false;
  #closed = false;

  constructor(
    private readonly broker: Broker,
    readonly actor: Actor,
    private readonly options: ConsumeOptions,
    private readonly clockMs: () => number,
  ) {
    this.join();
  }

  /** Joins the group, or joins it again. */
  join(): void {
    const { group, world, partitions } = this.broker;
    group.members.add(this);
    world.later(`${this.actor.name} joined`, undefined, () => group.rebalance(partitions));
  }

  /** The group gives up on it. */
  leave(): void {
    const { group, world, partitions } = this.broker;
    group.members.delete(this);
    world.later(`${this.actor.name} left`, undefined, () => group.rebalance(partitions));
  }

  assigned(generation: number, partitions: readonly number[]): void {
    // Word of a later generation came first.
    if (this.#closed || generation <= this.generation) return;
    this.generation = generation;
    const before = this.#slots;
    for (const slot of before.values()) slot.stop.abort();
    this.#slots = new Map(partitions.map((partition) => [partition, this.#slot(partition, generation)]));
    this.#ready = false;
    const gone = [...before.keys()].filter((partition) => !this.#slots.has(partition));
    if (gone.length > 0) this.options.onRevoked?.(gone.map((partition) => this.#place(partition)));
    const assignment = { generation, partitions: partitions.map((partition) => this.#place(partition)) };
    Promise.resolve(this.options.onAssigned?.(assignment)).then(() => {
      if (this.generation !== generation) return;
      this.#ready = true;
      for (const slot of this.#slots.values()) this.#go(slot);
    }, this.#fail);
  }

  #slot(partition: number, generation: number): Slot {
    return {
      place: this.#place(partition),
      generation,
      stop: new AbortController(),
      position: this.broker.group.committed.get(partition)?.offset ?? 0n,
      paused: this.options.startPaused === true,
      fetching: false,
      delivering: false,
      waiting: undefined,
      seeks: 0,
    };
  }

  #place(partition: number): TopicPartition {
    return { topic: this.options.topics[0] as string, partition };
  }

  #go(slot: Slot): void {
    if (slot.stop.signal.aborted || !this.#ready || slot.paused || slot.delivering) return;
    if (slot.waiting) this.#deliver(slot, slot.waiting);
    else if (!slot.fetching) this.#fetch(slot);
  }

  #fetch(slot: Slot): void {
    const { world, log } = this.broker;
    const { place, position, seeks } = slot;
    const startedAtMs = this.clockMs();
    slot.fetching = true;
    const answer = (): void => {
      const { records, next } = log.read(place, position, log.end(place), FETCH_OFFSETS);
      const end = log.end(place);
      world.later(`fetched ${records.length} from ${position}`, this.actor, () => {
        slot.fetching = false;
        if (slot.stop.signal.aborted) return;
        if (slot.seeks === seeks) this.#fetched(slot, records, next, end, startedAtMs);
        this.#go(slot);
      });
    };
    world.later('fetch arrives', undefined, () => {
      if (log.end(place) > position) {
        answer();
        return;
      }
      const wake = (): void => {
        cancel();
        answer();
      };
      const forget = log.onAppend(place, wake);
      const cancel = world.after(this.options.maxWaitMs, 'fetch waited enough', undefined, () => {
        forget();
        answer();
      });
    });
  }

  #fetched(
    slot: Slot,
    records: Chunk['records'],
    nextOffset: bigint,
    end: bigint,
    startedAtMs: number,
  ): void {
    if (records.length === 0) {
      if (!slot.paused && !slot.delivering) this.options.onIdle?.(slot.place, startedAtMs);
      return;
    }
    slot.position = nextOffset;
    const { generation, place, stop } = slot;
    slot.waiting = {
      ...place,
      generation,
      records,
      nextOffset,
      highWatermark: end,
      signal: stop.signal,
      heartbeat: () => this.heartbeat(generation),
      commit: (offset = nextOffset, metadata = '') =>
        this.commit(generation, [{ ...place, offset, metadata }]),
    };
  }

  #deliver(slot: Slot, chunk: Chunk): void {
    slot.waiting = undefined;
    slot.delivering = true;
    this.options.onChunk(chunk).then(() => {
      slot.delivering = false;
      this.#go(slot);
    }, this.#fail);
  }

  readonly #fail = (error: unknown): void =>
    this.broker.world.violate(`the consumer failed: ${String(error)}`);

  pause(partitions: readonly TopicPartition[]): void {
    for (const { partition } of partitions) {
      const slot = this.#slots.get(partition);
      if (slot) slot.paused = true;
    }
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const { partition } of partitions) {
      const slot = this.#slots.get(partition);
      if (!slot) continue;
      slot.paused = false;
      this.#go(slot);
    }
  }

  async seek(place: TopicPartition, offset: bigint): Promise<void> {
    const end = await this.#call('seek', () => this.broker.log.end(place));
    if (offset < 0n || offset > end) throw new BugError(`seeking ${offset}, outside of 0 to ${end}`);
    const slot = this.#slots.get(place.partition);
    if (!slot) throw new UnavailableError('fenced', 'seeking what is not assigned');
    slot.seeks += 1;
    slot.waiting = undefined;
    slot.position = offset;
    this.#go(slot);
  }

  commit(
    generation: number,
    offsets: readonly (TopicPartition & { offset: bigint; metadata?: string })[],
  ): Promise<void> {
    return this.#call('commit offsets', () => {
      this.#check(generation);
      for (const { partition, offset, metadata = '' } of offsets)
        this.broker.group.committed.set(partition, { offset, metadata });
    });
  }

  heartbeat(generation: number): Promise<void> {
    return this.#call('heartbeat', () => this.#check(generation));
  }

  committed({ partition }: TopicPartition): Promise<{ offset: bigint; metadata: string } | undefined> {
    return this.#call('committed offset', () => this.broker.group.committed.get(partition));
  }

  vitals(): { sinceHeartbeatMs: number; sinceFetchMs: number } {
    return { sinceHeartbeatMs: 0, sinceFetchMs: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const slot of this.#slots.values()) slot.stop.abort();
    this.leave();
  }

  #check(generation: number): void {
    if (!this.broker.group.accepts(this, generation))
      throw new UnavailableError('fenced', `generation ${generation} is over`);
  }

  #call<T>(what: string, effect: () => T): Promise<T> {
    return this.broker.network.call(this.actor, 'kafka', what, effect);
  }
}
