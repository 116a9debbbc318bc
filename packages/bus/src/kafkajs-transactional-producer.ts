import { BugError, type Logger, UnavailableError } from '@tercet/kit';
import { toBusError } from './bus-error.js';
import { committedMessages } from './committed-messages.js';
import { FENCE_KEY } from './fence-key.js';
import { clusterHandle, kafkaClient } from './kafkajs-client.js';
import { ENDLESS } from './kafkajs-producer.js';
import type { Names } from './names.js';
import { createOutgoing, type Shipment } from './outgoing.js';
import { type FetchedPartition, PartitionFetch } from './partition-fetch.js';
import type { BusConfig, ClockReading, TopicPartition, TransactionalProducer } from './port.js';
import { rememberCoordinator } from './remember-coordinator.js';
import { TransactionAhead } from './transaction-ahead.js';

/** A transaction nobody ends is aborted by the broker after this long; until then readers wait at it. */
const DEFAULT_TRANSACTION_TIMEOUT_MS = 30_000;
/** A marker follows its answer within milliseconds; after a restart of the broker it may take its time. */
const FENCE_WAIT_MS = 10_000;
const STABLE_WAIT_MS = 100;

export async function createTransactionalProducer(
  transactionalId: string,
  fenceOn: TopicPartition,
  config: BusConfig,
  names: Names,
  logger: Logger,
): Promise<TransactionalProducer> {
  const outgoing = createOutgoing(names);
  const ahead = new TransactionAhead({
    topic: names.full(fenceOn.topic),
    partition: fenceOn.partition,
  });
  const producer = rememberCoordinator(kafkaClient(config, logger), ahead.observe).producer({
    transactionalId: names.full(transactionalId),
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: config.transactionTimeoutMs ?? DEFAULT_TRANSACTION_TIMEOUT_MS,
    allowAutoTopicCreation: false,
    createPartitioner: outgoing.createPartitioner,
    // The first send after a commit often meets CONCURRENT_TRANSACTIONS: docs/decisions/0002.
    retry: { initialRetryTime: 5, maxRetryTime: 1_000, retries: ENDLESS },
  });
  // A connection of its own: a broker answers a connection's requests one after the other, and a fetch may wait.
  const cluster = clusterHandle(config, logger);
  const fetcher = new PartitionFetch(cluster, config.requestTimeoutMs);
  // A producer whose transaction failed, or whose outcome is unknown, is of no further use.
  let spent = false;

  const dispose = async () => {
    spent = true;
    ahead.close();
    outgoing.close();
    fetcher.close();
    await Promise.all([producer.disconnect(), cluster.disconnect()]).catch((error: unknown) => {
      logger.debug('bus.disconnect_failed', { reason: String(error) });
    });
  };

  /** Fetches from an offset until something there is stable: its producer's marker has been written. */
  const stableFrom = async (place: TopicPartition, from: bigint): Promise<FetchedPartition> => {
    while (!spent) {
      const [fetched] = await fetcher.fetch([{ ...place, from }], STABLE_WAIT_MS);
      if (fetched && BigInt(fetched.lastStableOffset ?? -1) > from) return fetched;
    }
    throw new UnavailableError('deadline', `waiting for the end of a transaction at offset ${from}`);
  };

  /**
   * Reads the last record of each partition back. The broker answers a commit before it writes the markers, and one that
   * crashes in between may never write them (KAFKA-20734). What hangs so ends with the next marker of the id, which a
   * later producer's abort may be: stable does not say committed.
   */
  const readBack = async (last: ReturnType<Shipment['last']>) => {
    for (const { offset, ...place } of last) {
      const { messages, abortedTransactions = [] } = await stableFrom(place, offset);
      const [committed] = committedMessages(messages, abortedTransactions, offset);
      if (committed === undefined || BigInt(committed.offset) !== offset)
        throw new UnavailableError('fenced', `offset ${offset}, whose commit was acknowledged, was aborted`);
    }
  };

  /**
   * Connecting does not fence: the id is initialised by the first transaction. Nor does that alone leave a trace on the
   * partition; a record does: the abort's marker ends whatever hangs there, and the broker knows the new epoch.
   */
  const fence = async (): Promise<Pick<TransactionalProducer, 'fencedTo' | 'fencedAt'>> => {
    const transaction = await producer.transaction();
    const { topicMessages, appended } = outgoing.prepare([{ ...fenceOn, key: FENCE_KEY, value: null }]);
    const answer = await transaction.sendBatch({ acks: -1, topicMessages });
    const receivedAtMs = Date.now();
    await transaction.abort();
    const [marked] = appended(answer);
    const place = { topic: names.full(fenceOn.topic), partition: fenceOn.partition };
    const { lastStableOffset } = await stableFrom(place, marked?.offset as bigint);
    return {
      fencedTo: BigInt(lastStableOffset as string),
      fencedAt: clockReading(marked?.appendTimeMs, receivedAtMs),
    };
  };

  /** Rejects with `deadline`, the producer closed first, so that no retry of a send is followed by a commit. */
  const within = async <T>(timeoutMs: number, doing: string, work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        spent = true;
        outgoing.close();
        reject(new UnavailableError('deadline', `${doing} took longer than ${timeoutMs} ms`));
      }, timeoutMs);
    });
    work.catch(() => undefined);
    try {
      return await Promise.race([work, deadline]);
    } finally {
      clearTimeout(timer);
    }
  };

  let fenced: Pick<TransactionalProducer, 'fencedTo' | 'fencedAt'>;
  try {
    await producer.connect();
    fenced = await within(FENCE_WAIT_MS, 'fencing a transactional id', fence());
  } catch (error) {
    await dispose();
    throw toBusError(error, 'fencing a transactional id');
  }

  return {
    ...fenced,
    announce() {
      if (!spent) ahead.announce();
    },
    async commit(records, timeoutMs) {
      if (spent) throw new BugError('a transactional producer was used after it failed');
      const run = async () => {
        const transaction = await producer.transaction();
        const { topicMessages, last } = outgoing.prepare(records);
        const answer = await transaction.sendBatch({ acks: -1, topicMessages });
        if (spent) throw new UnavailableError('deadline', 'sending within a transaction');
        // Asked for before the commit, so that the answer is on its way as soon as the marker is written.
        const readable = readBack(last(answer));
        readable.catch(() => undefined);
        await transaction.commit();
        await readable;
      };
      try {
        await within(timeoutMs, 'a transaction', run());
      } catch (error) {
        spent = true;
        throw toBusError(error, 'committing a transaction');
      }
    },
    [Symbol.asyncDispose]: dispose,
  };
}

function clockReading(appendTimeMs: bigint | undefined, receivedAtMs: number): ClockReading | undefined {
  return appendTimeMs === undefined ? undefined : { appendTimeMs: Number(appendTimeMs), receivedAtMs };
}
