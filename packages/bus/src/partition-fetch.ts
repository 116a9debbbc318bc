import { setTimeout as delay } from 'node:timers/promises';
import { BugError, UnavailableError } from '@tercet/kit';
import type { Broker, Cluster } from 'kafkajs';
import { outOfRange, toBusError } from './bus-error.js';
import type { AbortedTransaction, FetchedMessage } from './committed-messages.js';
import type { TopicPartition } from './port.js';

/** One partition of a fetch response, as kafkajs decodes it. */
export interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
  readonly lastStableOffset?: string;
  readonly abortedTransactions?: readonly AbortedTransaction[];
  readonly messages: readonly FetchedMessage[];
}

export interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly FetchedPartition[];
  }[];
}

export interface FetchFrom extends TopicPartition {
  /** First offset wanted. */
  readonly from: bigint;
}

type FetchOptions = Parameters<Broker['fetch']>[0];

const READ_COMMITTED = 1;
const MAX_BYTES_PER_PARTITION = 1_048_576;
const MAX_BYTES = 8_388_608;
const RETRY_MS = 100;

/**
 * Reads partitions without a group, over kafkajs' cluster and brokers. Topics are full names. Connection trouble and
 * moving leaders are retried for `patienceMs`, then Unavailable; an offset outside the log is a bug, never a jump.
 */
export class PartitionFetch {
  private connecting: Promise<void> | undefined;
  private closed = false;
  /** Brokers that a fetch has been answered by since one last failed, or that one is being asked of now. */
  private readonly answered = new WeakMap<object, Promise<unknown>>();

  constructor(
    private readonly cluster: Cluster,
    private readonly patienceMs: number,
  ) {}

  /** What is under way is not tried again: it would connect a cluster that is being disconnected. */
  close(): void {
    this.closed = true;
  }

  /** First offset in the log, and the last stable offset. */
  async bounds({ topic, partition }: TopicPartition): Promise<{ low: bigint; end: bigint }> {
    return this.retried(`reading the bounds of ${topic}/${partition}`, async () => {
      await this.cluster.addMultipleTargetTopics([topic]);
      const [low, end] = await Promise.all([
        this.offset(topic, partition, true),
        this.offset(topic, partition, false),
      ]);
      return { low, end };
    });
  }

  /** Every partition of the topics. */
  async partitions(topics: readonly string[]): Promise<TopicPartition[]> {
    return this.retried('reading topic metadata', async () => {
      await this.cluster.addMultipleTargetTopics([...topics]);
      await this.cluster.refreshMetadataIfNecessary();
      return topics.flatMap((topic) =>
        this.cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ topic, partition: partitionId })),
      );
    });
  }

  /** One fetch from each partition's leader; waits `maxWaitMs` at most where there is nothing yet. */
  async fetch(
    wanted: readonly FetchFrom[],
    maxWaitMs: number,
  ): Promise<(FetchedPartition & TopicPartition)[]> {
    return this.retried('fetching', async () => {
      const topics = [...new Set(wanted.map(({ topic }) => topic))];
      await this.cluster.addMultipleTargetTopics(topics);
      await this.cluster.refreshMetadataIfNecessary();
      const answers = await Promise.all(
        [...this.byLeader(wanted)].map(async ([nodeId, rows]) => {
          const broker = await this.cluster.findBroker({ nodeId });
          return (await this.alone(broker, {
            isolationLevel: READ_COMMITTED,
            maxWaitTime: maxWaitMs,
            minBytes: 1,
            maxBytes: MAX_BYTES,
            topics: rows.map(({ topic, partition, from }) => ({
              topic,
              partitions: [{ partition, fetchOffset: String(from), maxBytes: MAX_BYTES_PER_PARTITION }],
            })),
          })) as FetchResponse;
        }),
      );
      return answers.flatMap(({ responses }) =>
        responses.flatMap(({ topicName, partitions }) =>
          partitions.map((partition) => ({ ...partition, topic: topicName })),
        ),
      );
    });
  }

  /** One at a time: kafkajs' cluster is half connected for whoever calls while another call connects it. */
  private async connect(): Promise<void> {
    if (this.cluster.isConnected() && !this.connecting) return;
    this.connecting ??= this.cluster.connect().finally(() => {
      this.connecting = undefined;
    });
    await this.connecting;
  }

  /**
   * The first fetch from a broker is answered before another is sent: it opens kafkajs' connection for fetches, and of
   * several that do so at once each opens one, of which all but the last are never closed.
   */
  private async alone(broker: Broker, request: FetchOptions): Promise<unknown> {
    for (let other = this.answered.get(broker); other; other = this.answered.get(broker)) {
      await other;
      if (this.answered.get(broker) === other) break;
    }
    const answer = broker.fetch(request);
    const settled = answer.then(
      () => undefined,
      () => this.answered.delete(broker),
    );
    if (!this.answered.has(broker)) this.answered.set(broker, settled);
    return answer;
  }

  private byLeader(wanted: readonly FetchFrom[]): Map<string, FetchFrom[]> {
    const rows = new Map<string, FetchFrom[]>();
    for (const row of wanted) {
      const [leader] = Object.keys(this.cluster.findLeaderForPartitions(row.topic, [row.partition]));
      // Metadata of a broker that has just come back may lack it.
      if (leader === undefined) throw unknownPartition(row);
      rows.set(leader, [...(rows.get(leader) ?? []), row]);
    }
    return rows;
  }

  private async offset(topic: string, partition: number, fromBeginning: boolean): Promise<bigint> {
    const [answer] = await this.cluster.fetchTopicsOffset([
      { topic, partitions: [{ partition }], fromBeginning },
    ]);
    const offset = answer?.partitions[0]?.offset;
    if (offset === undefined) throw unknownPartition({ topic, partition });
    return BigInt(offset);
  }

  private async retried<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + this.patienceMs;
    for (;;) {
      try {
        await this.connect();
        return await work();
      } catch (error) {
        if (outOfRange(error))
          throw new BugError(`${doing}: the offset is outside the log`, { cause: error });
        const known = toBusError(error, doing);
        if (known.kind !== 'Unavailable' || this.closed || Date.now() > deadline) throw known;
        const closed = error as { name?: string; host?: string; port?: number };
        if (closed.name === 'KafkaJSConnectionClosedError' && closed.host && closed.port)
          this.cluster.removeBroker({ host: closed.host, port: closed.port });
        await delay(RETRY_MS);
        // Leaders may have moved; where nobody answers, the next attempt says so.
        await this.cluster.refreshMetadata().catch(() => undefined);
      }
    }
  }
}

function unknownPartition({ topic, partition }: TopicPartition): UnavailableError {
  return new UnavailableError('broker_unavailable', `no leader is known of ${topic}/${partition}`);
}
