import { setTimeout as delay } from 'node:timers/promises';
import { BugError, type Logger, UnavailableError } from '@tercet/kit';
import { type Cluster, type Consumer, type EachBatchPayload, PartitionAssigners } from 'kafkajs';
import { AssignmentLanes } from './assignment-lanes.js';
import { outOfRange, toBusError } from './bus-error.js';
import { toBusRecord } from './bus-record.js';
import type { FetchedMessage } from './committed-messages.js';
import { GroupMembership } from './group-membership.js';
import { kafkaClient } from './kafkajs-client.js';
import type { Names } from './names.js';
import { type BrokerObserver, observeBrokers } from './observe-brokers.js';
import { PartitionFetch } from './partition-fetch.js';
import type { BusConfig, BusConsumer, ConsumeOptions, TopicPartition } from './port.js';
import { Watchdog } from './watchdog.js';

/** More than any process owns: a batch is only handed to its lane, so that workers never wait. */
const WORKERS = 64;

export async function createConsumer(
  options: ConsumeOptions,
  config: BusConfig,
  names: Names,
  logger: Logger,
): Promise<BusConsumer> {
  const consumer = new GroupConsumer(options, config, names, logger.child({ group: options.groupId }));
  try {
    await consumer.start();
  } catch (error) {
    await consumer[Symbol.asyncDispose]();
    throw toBusError(error, `joining the group ${options.groupId}`);
  }
  return consumer;
}

/** To kafkajs the broker's word that the group is rebalancing. */
class JoinOwed extends Error {
  readonly type = 'REBALANCE_IN_PROGRESS';
}

/**
 * kafkajs' consumer for membership, heartbeats and fetching; it hands each batch to the partition's lane at once, so
 * that it goes on beating while handlers work, and a slow partition holds up no other.
 */
class GroupConsumer implements BusConsumer {
  readonly finished: Promise<void>;
  private finish!: (error?: Error) => void;
  private isFinished = false;
  private readonly consumer: Consumer;
  private readonly lanes: AssignmentLanes;
  private readonly membership: GroupMembership;
  private readonly fetcher: PartitionFetch;
  private readonly watchdog: Watchdog;
  private readonly stableEnds = new Map<string, bigint>();
  private joinAnswer = { generationId: -1, memberId: '' };
  /** The membership is over, or in doubt, and kafkajs has not joined again. */
  private owesJoin = false;
  private fetchSentAtMs = 0;
  private assigning: Promise<void>;
  private release!: () => void;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly options: ConsumeOptions,
    private readonly config: BusConfig,
    private readonly names: Names,
    private readonly logger: Logger,
  ) {
    this.finished = new Promise((resolve, reject) => {
      this.finish = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever does not wait for it is told by the log.
    this.finished.catch(() => undefined);
    // onAssigned may use the consumer, which the caller has only once `consume` has resolved.
    this.assigning = new Promise((resolve) => {
      this.release = resolve;
    });
    let cluster!: Cluster;
    const groupId = names.full(options.groupId);
    this.consumer = kafkaClient(config, logger).consumer({
      groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: options.sessionTimeoutMs,
      rebalanceTimeout: options.sessionTimeoutMs,
      heartbeatInterval: Math.floor(options.sessionTimeoutMs / 6),
      maxBytesPerPartition: options.maxBytesPerPartition,
      maxWaitTimeInMs: options.maxWaitMs,
      readUncommitted: options.readUncommitted === true,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 1_000,
        retries: 8,
        // Else kafkajs restarts one that crashes while it is being stopped, for ever.
        restartOnFailure: async () => this.closing === undefined,
      },
      partitionAssigners: [
        (given) => {
          cluster = given.cluster;
          return PartitionAssigners.roundRobin(given);
        },
      ],
    });
    this.membership = new GroupMembership(cluster, groupId, () => this.watchdog.heartbeat());
    this.fetcher = new PartitionFetch(cluster, config.requestTimeoutMs);
    this.lanes = new AssignmentLanes(options, this.fetchControl(), logger, (error) => this.fail(error));
    this.watchdog = new Watchdog({
      limitMs: config.watchdogMs,
      unservedSinceMs: () => this.lanes.unservedSinceMs(),
      onSilence: (error) => this.fail(error),
    });
    observeBrokers(cluster, this.brokerObserver());
  }

  async start(): Promise<void> {
    const { events } = this.consumer;
    const joined = new Promise<void>((resolve) => {
      this.consumer.on(events.GROUP_JOIN, ({ payload }) => {
        this.joined(payload.memberAssignment);
        resolve();
      });
    });
    this.consumer.on(events.REBALANCING, () => {
      this.owesJoin = true;
      this.lanes.end();
    });
    // Where joining again fails, kafkajs goes on as before: nobody takes what it fetches then, and all the while its
    // heartbeats may be accepted. An error of this listener reaches its loop, which then tries to join once more.
    this.consumer.on(events.FETCH_START, () => {
      if (this.owesJoin) throw new JoinOwed();
      this.fetchSentAtMs = performance.now();
    });
    this.consumer.on(events.HEARTBEAT, () => this.watchdog.heartbeat());
    this.consumer.on(events.FETCH, () => {
      // A round that asks for nothing sends no request; FETCH is emitted for failed requests too.
      if (!this.lanes.isFetching()) this.watchdog.fetched();
    });
    // A crash stops it first, and tells of the crash once it has disconnected; in between it throws at a seek or a pause.
    this.consumer.on(events.STOP, () => this.lanes.end());
    this.consumer.on(events.CRASH, ({ payload }) => {
      this.lanes.end();
      if (!payload.restart) this.fail(toBusError(payload.error, 'consuming'));
      else this.logger.warn('bus.consumer_restarts', { error: payload.error });
    });
    await this.consumer.connect();
    // The default offset is also where kafkajs jumps when its own lies outside the log: never past anything.
    await this.consumer.subscribe({ topics: this.options.topics.map(this.names.full), fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: WORKERS,
      eachBatch: (payload) => {
        this.accept(payload);
        return this.spaced();
      },
    });
    await Promise.race([joined, this.finished]);
    setImmediate(this.release);
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.lanes.setPaused(partitions, true);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.lanes.setPaused(partitions, false);
  }

  async seek(place: TopicPartition, offset: bigint): Promise<void> {
    const full = { topic: this.names.full(place.topic), partition: place.partition };
    const { low, end } = await this.fetcher.bounds(full);
    if (offset < low || offset > end)
      throw new BugError(
        `${place.topic}/${place.partition}: ${offset} lies outside the log, ${low} to ${end}`,
      );
    if (!this.lanes.seek(place, offset))
      throw new UnavailableError(
        'fenced',
        `seeking ${place.topic}/${place.partition}, which is not assigned`,
      );
    this.consumer.seek({ ...full, offset: String(offset) });
  }

  commit(
    generation: number,
    offsets: readonly (TopicPartition & { offset: bigint; metadata?: string })[],
  ): Promise<void> {
    return this.membership.commit(
      generation,
      offsets.map((row) => ({ ...row, topic: this.names.full(row.topic) })),
    );
  }

  heartbeat(generation: number): Promise<void> {
    return this.membership.heartbeat(generation);
  }

  committed(place: TopicPartition): Promise<{ offset: bigint; metadata: string } | undefined> {
    return this.membership.committed({ topic: this.names.full(place.topic), partition: place.partition });
  }

  vitals(): { sinceHeartbeatMs: number; sinceFetchMs: number } {
    return this.watchdog.vitals();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closing ??= this.close();
    await this.closing;
    if (!this.isFinished) this.finish();
    this.isFinished = true;
  }

  private async close(): Promise<void> {
    this.watchdog.stop();
    this.lanes.halt();
    this.release();
    const partitions = this.lanes.partitions();
    // Membership outlives the chunks in flight, so that they can still commit.
    await this.lanes.settled();
    if (partitions.length > 0) this.options.onRevoked?.(partitions);
    await this.disconnect();
  }

  /** kafkajs waits for its pending requests, which a dead broker never answers. */
  private async disconnect(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.config.requestTimeoutMs);
    });
    const gone = this.consumer.disconnect().catch((error: unknown) => {
      this.logger.debug('bus.disconnect_failed', { reason: String(error) });
    });
    await Promise.race([gone, enough]);
    clearTimeout(timer);
  }

  private fail(error: Error): void {
    if (this.isFinished || this.closing !== undefined) return;
    this.isFinished = true;
    this.logger.error('bus.consumer_failed', { error });
    this.finish(error);
    this.closing = this.close();
  }

  /** Runs before kafkajs fetches anything of the new assignment, which it does not await. */
  private joined(memberAssignment: Readonly<Record<string, readonly number[]>>): void {
    const { generationId, memberId } = this.joinAnswer;
    this.owesJoin = false;
    this.membership.joined(generationId, memberId);
    this.watchdog.heartbeat();
    const partitions = Object.entries(memberAssignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic: this.names.short(topic), partition })),
    );
    for (const place of partitions) this.fetchControl().pause(place);
    const gone = this.lanes.begin(partitions);
    if (gone.length > 0) this.options.onRevoked?.(gone);
    this.assigning = this.assigning.then(async () => {
      if (this.closing !== undefined || this.membership.generation !== generationId) return;
      try {
        await this.options.onAssigned?.({ generation: generationId, partitions });
      } catch (error) {
        this.fail(toBusError(error, 'onAssigned'));
        return;
      }
      if (this.membership.generation === generationId) this.lanes.open();
    });
  }

  /** Hands a batch to its lane, and tells kafkajs to go on behind it; one that is not taken is fetched again. */
  private accept({ batch, resolveOffset, isStale }: EachBatchPayload): void {
    const place = { topic: this.names.short(batch.topic), partition: batch.partition };
    const signal = this.lanes.signalFor(place);
    if (signal === undefined || isStale()) return;
    const nextOffset = BigInt(batch.lastOffset()) + 1n;
    const messages = batch.messages as unknown as FetchedMessage[];
    const generation = this.membership.generation;
    resolveOffset(batch.lastOffset());
    this.lanes.push({
      ...place,
      generation,
      records: messages.map((message) => toBusRecord(place.topic, place.partition, message)),
      nextOffset,
      highWatermark: this.stableEnds.get(`${batch.topic}/${batch.partition}`) ?? BigInt(batch.highWatermark),
      signal,
      heartbeat: () => this.membership.heartbeat(generation),
      commit: (offset = nextOffset, metadata) =>
        this.commit(generation, [{ ...place, offset, ...(metadata === undefined ? {} : { metadata }) }]),
    });
  }

  /** kafkajs fetches again once all batches of a fetch are handled. */
  private async spaced(): Promise<void> {
    const spacingMs = this.options.fetchSpacingMs?.() ?? 0;
    const waitMs = this.fetchSentAtMs + spacingMs - performance.now();
    if (waitMs > 0 && this.closing === undefined) await delay(waitMs);
  }

  private fetchControl() {
    const rows = ({ topic, partition }: TopicPartition) => [
      { topic: this.names.full(topic), partitions: [partition] },
    ];
    return {
      pause: (place: TopicPartition) => this.consumer.pause(rows(place)),
      resume: (place: TopicPartition) => this.consumer.resume(rows(place)),
    };
  }

  private brokerObserver(): BrokerObserver {
    return {
      onJoined: (answer) => {
        this.joinAnswer = answer;
      },
      onMembershipLost: (memberId) => {
        if (memberId === this.joinAnswer.memberId) this.owesJoin = true;
      },
      onFetched: (request, { responses }, startedAtMs) => {
        this.watchdog.fetched();
        const asked = new Map<string, bigint>();
        for (const { topic, partitions } of request.topics)
          for (const { partition, fetchOffset } of partitions) {
            asked.set(`${topic}/${partition}`, BigInt(fetchOffset));
            this.lanes.fetchFrom({ topic: this.names.short(topic), partition }, BigInt(fetchOffset));
          }
        for (const { topicName, partitions } of responses)
          for (const { partition, messages, lastStableOffset, highWatermark } of partitions) {
            const key = `${topicName}/${partition}`;
            const end = BigInt(lastStableOffset ?? highWatermark);
            this.stableEnds.set(key, end);
            // An answer has room for so many bytes: of partitions behind that it brings nothing, whatever they hold.
            if (messages.length === 0 && end <= (asked.get(key) ?? -1n))
              this.lanes.idle({ topic: this.names.short(topicName), partition }, startedAtMs);
          }
      },
      onFetchFailed: (error) => {
        const place = outOfRange(error);
        if (place === undefined) return;
        // kafkajs goes on at the beginning of the log; said loudly, since records were lost to retention.
        this.logger.error('bus.offset_out_of_range', { error: error as Error });
        // Whoever sought knows the offset for a reason: going on elsewhere would skip what was meant.
        if (this.lanes.isSeeking({ topic: this.names.short(place.topic), partition: place.partition }))
          this.fail(new BugError('the log begins behind the offset of a seek', { cause: error }));
      },
    };
  }
}
