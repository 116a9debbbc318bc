import type { KafkaSecurity } from '@tercet/kit';

/**
 * The bus: Kafka behind one small port. `kafkajs-*.ts` are its adapter; the contract suite says what an adapter owes.
 * Topics are named without the deployment's prefix; the adapter adds it.
 *
 * Every method throws UnavailableError (`broker_unavailable`, `fenced`, `deadline`) for what a retry may mend, and
 * BugError for what it may not.
 */
export interface Bus extends AsyncDisposable {
  admin(): Promise<BusAdmin>;
  /** Idempotent, acks=all. Thrown away and replaced by the caller after any rejected send. */
  producer(): Promise<BusProducer>;
  /**
   * Connects a transactional producer and FENCES every earlier one of the same id on the partition that it writes to,
   * before it resolves: by a transaction of one record, which is aborted, and with it whatever an earlier one left hanging
   * on the partition (docs/decisions/0008). Rejects with UnavailableError `deadline` where the fence does not become stable.
   */
  transactionalProducer(transactionalId: string, fenceOn: TopicPartition): Promise<TransactionalProducer>;
  /** Joins a consumer group. */
  consume(options: ConsumeOptions): Promise<BusConsumer>;
  /** Reads partitions from given offsets outside any group's assignment, read_committed. */
  reader(name: string): Promise<PartitionReader>;
}

export interface BusRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array | undefined;
  /** Last value of each header, as bytes. */
  readonly headers: Readonly<Record<string, Uint8Array>>;
  /** Milliseconds since the epoch; append time where the topic says LogAppendTime. */
  readonly timestampMs: bigint;
}

export interface OutgoingRecord {
  readonly topic: string;
  /** Absent: `partitionOf(key, count)` of packages/contracts, murmur2 as Kafka's own. */
  readonly partition?: number;
  readonly key: string;
  /** null: a tombstone. */
  readonly value: Uint8Array | null;
  /** The adapter adds traceparent and tracestate of the active OpenTelemetry context where they are absent. */
  readonly headers?: Readonly<Record<string, string | Uint8Array>>;
}

/** Where a record went. Order is that of the records sent. */
export interface Appended {
  readonly partition: number;
  readonly offset: bigint;
  /** The broker's append time in milliseconds; undefined unless the topic says LogAppendTime. */
  readonly appendTimeMs: bigint | undefined;
}

export interface BusProducer extends AsyncDisposable {
  /** Resolves when every record is acknowledged by all in-sync replicas. */
  send(records: readonly OutgoingRecord[]): Promise<Appended[]>;
}

/** When the broker appended a record by its clock, and when ours had the answer; milliseconds since the epoch. */
export interface ClockReading {
  readonly appendTimeMs: number;
  readonly receivedAtMs: number;
}

export interface TransactionalProducer extends AsyncDisposable {
  /** A stable end of the partition behind the fence: whatever an earlier producer of the id committed lies below it. */
  readonly fencedTo: bigint;
  /** Of the fence's record; undefined unless its topic says LogAppendTime. */
  readonly fencedAt: ClockReading | undefined;
  /**
   * Says that a commit of records for the fenced partition will soon follow, so that the coordinator can be told of the
   * transaction beforehand. Changes nothing that anybody reads, and need not be followed by anything.
   */
  announce(): void;
  /**
   * One transaction: begin, send, commit, and read back what was committed, within `timeoutMs`. Rejects with UnavailableError `fenced` where another
   * producer of the id came later, and with `deadline` where the outcome is UNKNOWN: the caller throws the producer
   * away and recovers by reading.
   */
  commit(records: readonly OutgoingRecord[], timeoutMs: number): Promise<void>;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface ConsumeOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Called for one partition at a time (several partitions concurrently, one chunk in flight per partition). */
  readonly onChunk: (chunk: Chunk) => Promise<void>;
  /**
   * Assignment changed. Called once `consume` has resolved, one assignment after the other; awaited before any chunk of a newly assigned partition is delivered. A partition kept over a
   * rebalance appears in `assigned` again with the new generation.
   */
  readonly onAssigned?: (assignment: Assignment) => Promise<void>;
  /** Called when partitions are lost or given up; a chunk in flight for them has its signal aborted first. */
  readonly onRevoked?: (partitions: readonly TopicPartition[]) => void;
  /** Called after each fetch round that returned nothing for a partition, with the start time of that round. */
  readonly onIdle?: (partition: TopicPartition, fetchStartedAtMs: number) => void;
  readonly sessionTimeoutMs: number;
  readonly maxBytesPerPartition: number;
  readonly maxWaitMs: number;
  /**
   * Asked after each fetch that brought something: so long after it was sent the next one is sent at the earliest. Where records
   * would only wait, fewer fetches bring the same in larger chunks. Default: at once.
   */
  readonly fetchSpacingMs?: () => number;
  /** Assigned partitions start paused until `resume`. */
  readonly startPaused?: boolean;
  /** read_committed unless true. */
  readonly readUncommitted?: boolean;
}

export interface Assignment {
  readonly generation: number;
  readonly partitions: readonly TopicPartition[];
}

/** Consecutive records of one partition. */
export interface Chunk {
  readonly topic: string;
  readonly partition: number;
  readonly generation: number;
  readonly records: readonly BusRecord[];
  /** First offset behind the chunk, markers and compacted gaps included: what to commit when all is done. */
  readonly nextOffset: bigint;
  /** End of the partition as of the fetch (last stable offset); `highWatermark - nextOffset` is the lag. */
  readonly highWatermark: bigint;
  /** Aborted when the partition is revoked or the consumer stops. */
  readonly signal: AbortSignal;
  /** Heartbeat on progress; rejects with UnavailableError `fenced` where the generation is over. */
  heartbeat(): Promise<void>;
  /**
   * Commits `offset` as the next to read (default: nextOffset), with optional metadata. Only ever called after the
   * effect. Rejects with `fenced` where the generation is over.
   */
  commit(offset?: bigint, metadata?: string): Promise<void>;
}
// When onChunk resolves without having committed, nothing is committed and the consumer goes on with the next chunk
// (the caller commits later through BusConsumer.commit). When it rejects with Unavailable, the chunk is delivered again
// after a backoff, nothing behind it before; any other rejection ends the consumer. The chunk behind the one in flight
// may have been fetched already.

export interface BusConsumer extends AsyncDisposable {
  /** Rejects with the error that ended the consumer, if one does; the process should exit. */
  readonly finished: Promise<void>;
  /** Lasts over a rebalance that leaves the partition here; one that was away comes back as `startPaused` says. */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** Goes on at `offset`. Throws BugError where it lies below the log's start or beyond its end (checked). */
  seek(partition: TopicPartition, offset: bigint): Promise<void>;
  /** Commits under a generation; rejects with `fenced` where it is over. */
  commit(
    generation: number,
    offsets: readonly (TopicPartition & { offset: bigint; metadata?: string })[],
  ): Promise<void>;
  /** A heartbeat under a generation: rejects with `fenced` where the coordinator does not accept it. */
  heartbeat(generation: number): Promise<void>;
  /** The group's committed offset and its metadata; undefined where there is none. */
  committed(partition: TopicPartition): Promise<{ offset: bigint; metadata: string } | undefined>;
  /** Milliseconds since the last accepted heartbeat, and since the partition that waited longest was fetched: for `/livez`. */
  vitals(): { sinceHeartbeatMs: number; sinceFetchMs: number };
}

export interface PartitionReader extends AsyncDisposable {
  /** First offset still in the log, and the last stable offset (the end for read_committed). */
  bounds(partition: TopicPartition): Promise<{ low: bigint; end: bigint }>;
  /**
   * Calls `onRecords` with every committed record from `from` (inclusive) up to `end` (exclusive; default: the end when
   * called), in order, and resolves with the position reached, control markers passed. Several partitions of one
   * topic may be read at once. Throws BugError where `from` lies below `low`.
   */
  readToEnd(
    partition: TopicPartition,
    from: bigint,
    onRecords: (records: readonly BusRecord[]) => Promise<void> | void,
    options?: { end?: bigint; signal?: AbortSignal },
  ): Promise<bigint>;
  /** Follows whole topics from their present ends, for ever, for tailing (`WaitForDecision`). */
  tail(
    topics: readonly string[],
    onRecords: (records: readonly BusRecord[]) => void,
    signal: AbortSignal,
    /** Called once every partition's present end is known: what is appended from then on will be seen. */
    onStarted?: () => void,
  ): Promise<void>;
}

export interface BusAdmin extends AsyncDisposable {
  /**
   * Creates what is missing of the topic table, with its explicit settings; safe to repeat, and by several processes at
   * once. `created` is what was missing; `differing` names each setting that is not as given.
   */
  ensureTopics(specs: readonly TopicCreation[]): Promise<{ created: string[]; differing: string[] }>;
  partitionCount(topic: string): Promise<number>;
  /** Sum over partitions of end minus committed. */
  lag(groupId: string, topic: string): Promise<bigint>;
}

export interface TopicCreation {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface BusConfig {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Put before every topic name, consumer group and transactional id. */
  readonly prefix: string;
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  /** Without a heartbeat or fetch for so long, a consumer fails with Unavailable, so that its process is restarted. */
  readonly watchdogMs: number;
  /** Absent: no TLS, no login. */
  readonly security?: KafkaSecurity;
  /** How long the broker lets a transaction stay open. Above every `commit` time limit; default 30 000. */
  readonly transactionTimeoutMs?: number;
}
