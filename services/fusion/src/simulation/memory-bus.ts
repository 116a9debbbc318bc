import { setTimeout as delay } from 'node:timers/promises';
import type {
  Bus,
  BusAdmin,
  BusConsumer,
  BusProducer,
  ConsumeOptions,
  OutgoingRecord,
  PartitionReader,
  TopicPartition,
  TransactionalProducer,
} from '@tercet/bus';
import { BugError, UnavailableError } from '@tercet/kit';
import { MemoryConsumer, type MemoryGroup } from './memory-consumer.js';
import { MemoryLog } from './memory-log.js';
import { unplacedOf } from './unplaced-record.js';

/** What a transaction meets. `lost_answer`: it commits, and its producer never learns so. */
export type CommitFault = 'none' | 'refused' | 'lost_answer';

/**
 * The bus port over a log in memory, for tests of what is above it: fencing by transactional id, committed reads, one
 * group with eager assignment to its newest member.
 */
export class MemoryBus implements Bus {
  readonly log: MemoryLog;
  readonly #epochs: Map<string, number>;
  readonly #groups = new Map<string, MemoryGroup>();
  /** False: a mutant, whose transactions fence nobody. */
  fences = true;
  /** Asked before each commit. */
  commitFault: (records: readonly OutgoingRecord[]) => CommitFault = () => 'none';

  constructor(
    readonly partitions: number,
    private readonly nowMs: () => number = Date.now,
    shared?: MemoryBus,
  ) {
    this.log = shared?.log ?? new MemoryLog();
    this.#epochs = shared ? shared.#epochs : new Map();
  }

  /** The same log and transactions with groups of its own: whoever consumes here believes to be the owner too. */
  splitBrain(): MemoryBus {
    const other = new MemoryBus(this.partitions, this.nowMs, this);
    other.fences = this.fences;
    return other;
  }

  async admin(): Promise<BusAdmin> {
    throw new BugError('topics in memory need no administration');
  }

  async producer(): Promise<BusProducer> {
    return {
      send: async (records) =>
        records.map((record) => {
          const { partition, offset, timestampMs } = this.#append(record);
          return { partition, offset, appendTimeMs: timestampMs };
        }),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  async transactionalProducer(
    transactionalId: string,
    { topic, partition }: TopicPartition,
  ): Promise<TransactionalProducer> {
    const epoch = (this.#epochs.get(transactionalId) ?? 0) + 1;
    this.#epochs.set(transactionalId, epoch);
    // The fence's record and its marker; the record was aborted.
    this.log.appendMarker(topic, partition);
    this.log.appendMarker(topic, partition);
    return {
      fencedTo: this.log.end(topic, partition),
      fencedAt: undefined,
      // This log has no coordinator.
      announce: () => undefined,
      commit: async (records) => {
        await delay(1);
        if (this.fences && this.#epochs.get(transactionalId) !== epoch)
          throw new UnavailableError('fenced', 'newer producer');
        const fault = this.commitFault(records);
        if (fault === 'refused') throw new UnavailableError('broker_unavailable', 'refused');
        const touched = new Map(records.map((r) => [`${r.topic}/${r.partition}`, r]));
        for (const record of records) this.#append(record);
        for (const { topic, partition = 0 } of touched.values()) this.log.appendMarker(topic, partition);
        await delay(1);
        if (fault === 'lost_answer') throw new UnavailableError('deadline', 'answer lost');
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  async consume(options: ConsumeOptions): Promise<BusConsumer> {
    let group = this.#groups.get(options.groupId);
    if (!group) {
      group = { generation: 0, member: undefined, committed: new Map() };
      this.#groups.set(options.groupId, group);
    }
    return new MemoryConsumer(this.log, this.partitions, group, options, this.nowMs);
  }

  async reader(): Promise<PartitionReader> {
    const { log } = this;
    return {
      bounds: async ({ topic, partition }) => ({ low: 0n, end: log.end(topic, partition) }),
      readToEnd: async ({ topic, partition }, from, onRecords, options = {}) => {
        const end = options.end ?? log.end(topic, partition);
        await onRecords(log.read(topic, partition, from, end));
        return end;
      },
      tail: async () => {
        throw new BugError('nothing tails a log in memory');
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #append(record: OutgoingRecord): { partition: number; offset: bigint; timestampMs: bigint } {
    const partition = record.partition ?? 0;
    const timestampMs = BigInt(Math.floor(this.nowMs()));
    const offset = this.log.append(record.topic, partition, { ...unplacedOf(record), timestampMs });
    return { partition, offset, timestampMs };
  }
}
