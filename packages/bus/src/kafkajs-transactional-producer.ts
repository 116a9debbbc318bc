import { BugError, type Logger, UnavailableError } from '@tercet/kit';
import { toBusError } from './bus-error.js';
import { kafkaClient } from './kafkajs-client.js';
import { ENDLESS } from './kafkajs-producer.js';
import type { Names } from './names.js';
import { createOutgoing } from './outgoing.js';
import type { BusConfig, TransactionalProducer } from './port.js';

/** A transaction nobody ends is aborted by the broker after this long; until then readers wait at it. */
const DEFAULT_TRANSACTION_TIMEOUT_MS = 30_000;

export async function createTransactionalProducer(
  transactionalId: string,
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

  try {
    await producer.connect();
    // Connecting does not fence: the transactional id is initialised by the first transaction.
    await (await producer.transaction()).abort();
  } catch (error) {
    await dispose();
    throw toBusError(error, 'fencing a transactional id');
  }

  return {
    async commit(records, timeoutMs) {
      if (spent) throw new BugError('a transactional producer was used after it failed');
      const run = async () => {
        const transaction = await producer.transaction();
        await transaction.sendBatch({ acks: -1, topicMessages: outgoing.toTopicMessages(records) });
        if (spent) throw new UnavailableError('deadline', 'sending within a transaction');
        await transaction.commit();
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
        await Promise.race([work, deadline]);
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
