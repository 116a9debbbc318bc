import { setTimeout as delay } from 'node:timers/promises';
import { BugError, type Logger, UnavailableError } from '@tercet/kit';
import type { RecordMetadata } from 'kafkajs';
import { toBusError } from './bus-error.js';
import { FENCE_KEY } from './fence-key.js';
import { kafkaClient } from './kafkajs-client.js';
import { ENDLESS } from './kafkajs-producer.js';
import type { Names } from './names.js';
import { createOutgoing } from './outgoing.js';
import type { PartitionFetch } from './partition-fetch.js';
import type { BusConfig, OutgoingRecord, TopicPartition, TransactionalProducer } from './port.js';

/** A transaction nobody ends is aborted by the broker after this long; until then readers wait at it. */
const DEFAULT_TRANSACTION_TIMEOUT_MS = 30_000;
/** A marker follows its answer within milliseconds; after a restart of the broker it may take its time. */
const FENCE_WAIT_MS = 10_000;
const POLL_MS = 2;
const MAX_POLL_MS = 50;

export async function createTransactionalProducer(
  transactionalId: string,
  fenceOn: TopicPartition,
  offsets: Pick<PartitionFetch, 'stableEnd'>,
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

  /**
   * Waits until the records can be read. The broker answers a commit before it writes the markers, and one that crashes
   * in between may never write them (KAFKA-20734): what hangs so ends with the next transaction of the id, whichever way
   * that goes. Only what lies below the last stable offset is final.
   */
  const untilStable = async (records: readonly OutgoingRecord[], answer: readonly RecordMetadata[]) => {
    const last = new Map<string, TopicPartition & { offset: bigint }>();
    for (const [n, { partition, offset }] of outgoing.toAppended(records, answer).entries()) {
      const topic = names.full(records[n]?.topic as string);
      last.set(`${topic}/${partition}`, { topic, partition, offset });
    }
    let end = 0n;
    for (const { offset, ...place } of last.values()) {
      for (let waitMs = POLL_MS; ; waitMs = Math.min(MAX_POLL_MS, waitMs * 2)) {
        end = await offsets.stableEnd(place);
        if (end > offset) break;
        if (spent) throw new UnavailableError('deadline', `offset ${offset} hangs above ${end}`);
        await delay(waitMs);
      }
    }
    return end;
  };

  /**
   * Connecting does not fence: the id is initialised by the first transaction. Nor does that alone leave a trace on the
   * partition; a record does: the abort's marker ends whatever hangs there, and the broker knows the new epoch.
   */
  const fence = async (): Promise<bigint> => {
    const transaction = await producer.transaction();
    const record = { ...fenceOn, key: FENCE_KEY, value: null };
    const answer = await transaction.sendBatch({
      acks: -1,
      topicMessages: outgoing.toTopicMessages([record]),
    });
    await transaction.abort();
    return untilStable([record], answer);
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

  let fencedTo: bigint;
  try {
    await producer.connect();
    fencedTo = await within(FENCE_WAIT_MS, 'fencing a transactional id', fence());
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
        await untilStable(records, answer);
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
