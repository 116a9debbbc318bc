import { setTimeout as delay } from 'node:timers/promises';
import { BugError, type Logger, UnavailableError } from '@tercet/kit';
import { toBusError } from './bus-error.js';
import { FENCE_KEY } from './fence-key.js';
import { kafkaClient } from './kafkajs-client.js';
import { ENDLESS } from './kafkajs-producer.js';
import type { Names } from './names.js';
import { createOutgoing } from './outgoing.js';
import type { PartitionFetch } from './partition-fetch.js';
import type { BusConfig, TopicPartition, TransactionalProducer } from './port.js';

/** A transaction nobody ends is aborted by the broker after this long; until then readers wait at it. */
const DEFAULT_TRANSACTION_TIMEOUT_MS = 30_000;
/** A marker follows its answer within milliseconds; a broker that was restarted in between may take its time. */
const STABLE_WAIT_MS = 5_000;
const STABLE_POLL_MS = 10;

export async function createTransactionalProducer(
  transactionalId: string,
  fenceOn: TopicPartition,
  offsets: Pick<PartitionFetch, 'bounds'>,
  config: BusConfig,
  names: Names,
  logger: Logger,
): Promise<TransactionalProducer> {
  const outgoing = createOutgoing(names);
  const producer = kafkaClient(config, logger).producer({
    transactionalId: names.full(transactionalId),
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: config.transactionTimeoutMs ?? DEFAULT_TRANSACTION_TIMEOUT_MS,
    allowAutoTopicCreation: false,
    createPartitioner: outgoing.createPartitioner,
    // The first send after a commit often meets CONCURRENT_TRANSACTIONS: docs/decisions/0002.
    retry: { initialRetryTime: 5, maxRetryTime: 1_000, retries: ENDLESS },
  });
  // A producer whose transaction failed, or whose outcome is unknown, is of no further use.
  let spent = false;

  const dispose = async () => {
    spent = true;
    outgoing.close();
    await producer.disconnect().catch((error: unknown) => {
      logger.debug('bus.disconnect_failed', { reason: String(error) });
    });
  };

  const stableEnd = async () =>
    (await offsets.bounds({ topic: names.full(fenceOn.topic), partition: fenceOn.partition })).end;

  /**
   * Connecting does not fence: the id is initialised by the first transaction. That alone leaves no trace on the
   * partition. A broker that crashes may complete a transaction and lose its marker; what hangs there is decided by the
   * next marker of this id. It is made a commit: the client may have been told so, and of what it was not told nothing
   * was decided since.
   */
  const fence = async (): Promise<bigint> => {
    const transaction = await producer.transaction();
    const record = { ...fenceOn, key: FENCE_KEY, value: null };
    const answer = await transaction.sendBatch({
      acks: -1,
      topicMessages: outgoing.toTopicMessages([record]),
    });
    const fenceAt = outgoing.toAppended([record], answer)[0]?.offset as bigint;
    const stable = await stableEnd();
    if (stable < fenceAt) {
      logger.warn('bus.hanging_transaction', { ...fenceOn, from: String(stable), fence: String(fenceAt) });
      await transaction.commit();
    } else {
      await transaction.abort();
    }
    // Markers are written after the answer.
    const deadline = Date.now() + STABLE_WAIT_MS;
    for (let end = await stableEnd(); ; end = await stableEnd()) {
      if (end > fenceAt) return end;
      if (Date.now() > deadline)
        throw new UnavailableError(
          'broker_unavailable',
          `${fenceOn.topic}/${fenceOn.partition}: a transaction hangs at ${end}, below the fence at ${fenceAt}`,
        );
      await delay(STABLE_POLL_MS);
    }
  };

  let fencedTo: bigint;
  try {
    await producer.connect();
    fencedTo = await fence();
  } catch (error) {
    await dispose();
    throw toBusError(error, 'fencing a transactional id');
  }

  return {
    fencedTo,
    async commit(records, timeoutMs) {
      if (spent) throw new BugError('a transactional producer was used after it failed');
      const run = async () => {
        const transaction = await producer.transaction();
        const answer = await transaction.sendBatch({
          acks: -1,
          topicMessages: outgoing.toTopicMessages(records),
        });
        if (spent) throw new UnavailableError('deadline', 'sending within a transaction');
        await transaction.commit();
        return outgoing.toAppended(records, answer);
      };
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          // Closed first, so that no retry of the send is followed by a commit.
          spent = true;
          outgoing.close();
          reject(new UnavailableError('deadline', `a transaction took longer than ${timeoutMs} ms`));
        }, timeoutMs);
      });
      const work = run();
      work.catch(() => undefined);
      try {
        return await Promise.race([work, deadline]);
      } catch (error) {
        spent = true;
        throw toBusError(error, 'committing a transaction');
      } finally {
        clearTimeout(timer);
      }
    },
    [Symbol.asyncDispose]: dispose,
  };
}
