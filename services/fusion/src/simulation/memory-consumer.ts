import { setTimeout as delay } from 'node:timers/promises';
import type { BusConsumer, ConsumeOptions, TopicPartition } from '@tercet/bus';
import { UnavailableError } from '@tercet/kit';
import type { MemoryLog } from './memory-log.js';

/** A consumer group in memory: all partitions belong to its newest member. */
export interface MemoryGroup {
  generation: number;
  member: MemoryConsumer | undefined;
  readonly committed: Map<number, { offset: bigint; metadata: string }>;
}

const CHUNK_RECORDS = 64;

/** One member; reads each partition in its own loop, one chunk in flight. */
export class MemoryConsumer implements BusConsumer {
  readonly finished = new Promise<void>(() => undefined);
  readonly #positions = new Map<number, bigint>();
  readonly #paused = new Set<number>();
  readonly #stop = new AbortController();
  #generation = 0;

  constructor(
    private readonly log: MemoryLog,
    private readonly partitions: number,
    private readonly group: MemoryGroup,
    private readonly options: ConsumeOptions,
    private readonly nowMs: () => number,
  ) {
    group.member?.leave();
    void this.join();
  }

  /** Joins, or joins again as after a rebalance that gave everything back. */
  async join(): Promise<void> {
    this.group.member = this;
    this.group.generation += 1;
    this.#generation = this.group.generation;
    const all = [...Array(this.partitions).keys()];
    for (const partition of all) {
      this.#positions.set(partition, this.group.committed.get(partition)?.offset ?? 0n);
      if (this.options.startPaused) this.#paused.add(partition);
    }
    const generation = this.#generation;
    await this.options.onAssigned?.({ generation, partitions: all.map((p) => this.#at(p)) });
    for (const partition of all) void this.#read(partition, generation);
  }

  leave(): void {
    this.#stop.abort();
    this.options.onRevoked?.([...this.#positions.keys()].map((p) => this.#at(p)));
  }

  #at(partition: number): TopicPartition {
    return { topic: this.options.topics[0] ?? '', partition };
  }

  async #read(partition: number, generation: number): Promise<void> {
    const { topic } = this.#at(partition);
    const over = (): boolean => this.#stop.signal.aborted || this.#generation !== generation;
    while (!over()) {
      const position = this.#positions.get(partition) ?? 0n;
      const startedAtMs = this.nowMs();
      const end = this.log.end(topic, partition);
      if (this.#paused.has(partition) || position >= end) {
        if (!this.#paused.has(partition)) this.options.onIdle?.(this.#at(partition), startedAtMs);
        await delay(5);
        continue;
      }
      const upTo = position + BigInt(CHUNK_RECORDS) < end ? position + BigInt(CHUNK_RECORDS) : end;
      this.#positions.set(partition, upTo);
      await this.options.onChunk({
        topic,
        partition,
        generation,
        records: this.log.read(topic, partition, position, upTo),
        nextOffset: upTo,
        highWatermark: end,
        signal: this.#stop.signal,
        heartbeat: () => this.heartbeat(generation),
        commit: (offset = upTo, metadata = '') =>
          this.commit(generation, [{ ...this.#at(partition), offset, metadata }]),
      });
    }
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const { partition } of partitions) this.#paused.add(partition);
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const { partition } of partitions) this.#paused.delete(partition);
  }

  async seek({ partition }: TopicPartition, offset: bigint): Promise<void> {
    this.#positions.set(partition, offset);
  }

  async commit(
    generation: number,
    offsets: readonly (TopicPartition & { offset: bigint; metadata?: string })[],
  ): Promise<void> {
    await this.heartbeat(generation);
    for (const { partition, offset, metadata = '' } of offsets)
      this.group.committed.set(partition, { offset, metadata });
  }

  async heartbeat(generation: number): Promise<void> {
    await Promise.resolve();
    if (this.group.generation !== generation || this.group.member !== this || this.#stop.signal.aborted)
      throw new UnavailableError('fenced', 'generation over');
  }

  async committed({ partition }: TopicPartition): Promise<{ offset: bigint; metadata: string } | undefined> {
    return this.group.committed.get(partition);
  }

  vitals(): { sinceHeartbeatMs: number; sinceFetchMs: number } {
    return { sinceHeartbeatMs: 0, sinceFetchMs: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    if (this.group.member === this) this.group.member = undefined;
  }
}
