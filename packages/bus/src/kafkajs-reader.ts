import { BugError, type Logger } from '@tercet/kit';
import { toBusRecord } from './bus-record.js';
import { committedMessages, offsetBehind } from './committed-messages.js';
import { clusterHandle } from './kafkajs-client.js';
import type { Names } from './names.js';
import { PartitionFetch } from './partition-fetch.js';
import type { BusConfig, PartitionReader } from './port.js';
import { tailTopics } from './tail-topics.js';

/** How long one fetch waits for something that another transaction still holds back. */
const MAX_WAIT_MS = 100;
/** Fetches in a row that find nothing before the gap up to the end counts as compacted away. */
const EMPTY_FETCHES = 2;

export async function createReader(
  name: string,
  config: BusConfig,
  names: Names,
  logger: Logger,
): Promise<PartitionReader> {
  const log = logger.child({ reader: name });
  const cluster = clusterHandle(config, log);
  const fetcher = new PartitionFetch(cluster, config.requestTimeoutMs);

  return {
    bounds: ({ topic, partition }) => fetcher.bounds({ topic: names.full(topic), partition }),

    async readToEnd({ topic, partition }, from, onRecords, options = {}) {
      const place = { topic: names.full(topic), partition };
      const bounds = await fetcher.bounds(place);
      const end = options.end ?? bounds.end;
      if (from < bounds.low)
        throw new BugError(`${topic}/${partition}: ${from} is below the log's start, ${bounds.low}`);
      let position = from;
      let empty = 0;
      while (position < end) {
        options.signal?.throwIfAborted();
        const [fetched] = await fetcher.fetch([{ ...place, from: position }], MAX_WAIT_MS);
        const behind = fetched && offsetBehind(fetched.messages);
        if (!fetched || behind === undefined) {
          // kafkajs does not show a batch that compaction left without records. The broker gives whatever lies below
          // the last stable offset, so that nothing, repeatedly, means that only such batches are left.
          const isStable = BigInt(fetched?.lastStableOffset ?? -1) >= end;
          empty = isStable ? empty + 1 : 0;
          if (empty >= EMPTY_FETCHES) position = end;
          continue;
        }
        empty = 0;
        const records = committedMessages(fetched.messages, fetched.abortedTransactions ?? [], position)
          .filter((message) => BigInt(message.offset) < end)
          .map((message) => toBusRecord(topic, partition, message));
        if (records.length > 0) await onRecords(records);
        position = behind;
      }
      return position > end && from <= end ? end : position;
    },

    tail: (topics, onRecords, signal, onStarted) =>
      tailTopics({ config, names, logger: log }, topics, onRecords, signal, onStarted),

    [Symbol.asyncDispose]: async () => {
      await cluster.disconnect().catch((error: unknown) => {
        logger.debug('bus.disconnect_failed', { reason: String(error) });
      });
    },
  };
}
