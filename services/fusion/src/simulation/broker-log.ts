import type { BusRecord, TopicPartition } from '@tercet/bus';
import type { Unplaced } from './unplaced-record.js';

/** A transaction's records on one partition. */
interface Written {
  state: 'open' | 'committed' | 'aborted';
  readonly from: number;
}

type Entry = { readonly record: BusRecord; readonly written: Written | undefined } | undefined;

/** One partition: records and markers take offsets; readers see what lies below the last stable offset. */
class PartitionLog {
  readonly entries: Entry[] = [];
  readonly #open = new Map<number, Written>();
  /** Highest epoch of each producer id that a marker or a record showed. */
  readonly #epochs = new Map<number, number>();
  readonly waiting = new Set<() => void>();

  get stable(): number {
    let stable = this.entries.length;
    for (const { from } of this.#open.values()) stable = Math.min(stable, from);
    return stable;
  }

  /** False: the epoch is an old one. */
  accepts(producerId: number, epoch: number): boolean {
    const known = this.#epochs.get(producerId) ?? -1;
    if (epoch < known) return false;
    this.#epochs.set(producerId, epoch);
    return true;
  }

  written(producerId: number): Written {
    const open = this.#open.get(producerId);
    if (open) return open;
    const begun: Written = { state: 'open', from: this.entries.length };
    this.#open.set(producerId, begun);
    return begun;
  }

  mark(producerId: number, epoch: number, commit: boolean): void {
    this.accepts(producerId, epoch);
    const open = this.#open.get(producerId);
    if (open) open.state = commit ? 'committed' : 'aborted';
    this.#open.delete(producerId);
    this.entries.push(undefined);
  }

  /** Takes hanging records for the test that nothing hangs at the end. */
  get hangs(): boolean {
    return this.#open.size > 0;
  }
}

/** The broker's log: topics in memory, with what Kafka's transactions leave in it. */
export class BrokerLog {
  readonly #partitions = new Map<string, PartitionLog>();

  constructor(private readonly nowMs: () => number) {}

  #of({ topic, partition }: TopicPartition): PartitionLog {
    const name = `${topic}/${partition}`;
    let log = this.#partitions.get(name);
    if (!log) {
      log = new PartitionLog();
      this.#partitions.set(name, log);
    }
    return log;
  }

  append(place: TopicPartition, record: Unplaced): bigint {
    const log = this.#of(place);
    const offset = this.#push(log, place, record, undefined);
    for (const wake of log.waiting) wake();
    log.waiting.clear();
    return offset;
  }

  /** Undefined: the producer's epoch is an old one. */
  appendWithin(
    place: TopicPartition,
    records: readonly Unplaced[],
    producerId: number,
    epoch: number,
  ): bigint[] | undefined {
    const log = this.#of(place);
    if (!log.accepts(producerId, epoch)) return undefined;
    const written = log.written(producerId);
    return records.map((record) => this.#push(log, place, record, written));
  }

  /** Ends whatever of the producer lies open on the partition, of an earlier transaction too. */
  mark(place: TopicPartition, producerId: number, epoch: number, commit: boolean): void {
    this.#of(place).mark(producerId, epoch, commit);
  }

  #push(log: PartitionLog, place: TopicPartition, record: Unplaced, written: Written | undefined): bigint {
    const offset = BigInt(log.entries.length);
    const timestampMs = BigInt(Math.floor(this.nowMs()));
    log.entries.push({ record: { ...place, ...record, offset, timestampMs }, written });
    return offset;
  }

  /** Of a record, committed or not; milliseconds. */
  appendTimeOf(place: TopicPartition, offset: bigint): number {
    return Number(this.#of(place).entries[Number(offset)]?.record.timestampMs);
  }

  /** Last stable offset. */
  end(place: TopicPartition): bigint {
    return BigInt(this.#of(place).stable);
  }

  hangs(place: TopicPartition): boolean {
    return this.#of(place).hangs;
  }

  /** Committed records of a range, at most `limit` of its offsets; and where reading goes on. */
  read(place: TopicPartition, from: bigint, end: bigint, limit = Number.POSITIVE_INFINITY) {
    const log = this.#of(place);
    const first = Number(from);
    const last = Math.min(Number(end), log.stable, first + limit);
    const records: BusRecord[] = [];
    for (let at = first; at < last; at += 1) {
      const entry = log.entries[at];
      if (entry && (!entry.written || entry.written.state === 'committed')) records.push(entry.record);
    }
    return { records, next: BigInt(Math.max(first, last)) };
  }

  /** Calls back once when something is appended. */
  onAppend(place: TopicPartition, wake: () => void): () => void {
    const { waiting } = this.#of(place);
    waiting.add(wake);
    return () => waiting.delete(wake);
  }
}
