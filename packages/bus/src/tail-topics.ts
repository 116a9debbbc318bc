import { BugError, type Logger } from '@tercet/kit';
import { toBusError } from './bus-error.js';
import { toBusRecord } from './bus-record.js';
import { committedMessages, offsetBehind } from './committed-messages.js';
import { clusterHandle } from './kafkajs-client.js';
import type { Names } from './names.js';
import { PartitionFetch } from './partition-fetch.js';
import type { BusConfig, BusRecord, TopicPartition } from './port.js';

/** Where nothing is appended, one fetch answers after this long; a stop waits no longer. */
const MAX_WAIT_MS = 250;

interface Environment {
  readonly config: BusConfig;
  readonly names: Names;
  readonly logger: Logger;
}

/** Follows every partition of the topics from its present end until the signal. On connections of its own. */
export async function tailTopics(
  { config, names, logger }: Environment,
  topics: readonly string[],
  onRecords: (records: readonly BusRecord[]) => void,
  signal: AbortSignal,
  onStarted: () => void = () => undefined,
): Promise<void> {
  const cluster = clusterHandle(config, logger);
  const fetcher = new PartitionFetch(cluster, config.requestTimeoutMs);
  const key = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;
  try {
    const places = await fetcher.partitions(topics.map(names.full));
    const positions = new Map<string, bigint>();
    for (const place of places) positions.set(key(place), (await fetcher.bounds(place)).end);
    onStarted();
    while (!signal.aborted) {
      const wanted = places.map((place) => ({ ...place, from: positions.get(key(place)) ?? 0n }));
      const fetched = await fetcher.fetch(wanted, MAX_WAIT_MS).catch((error: unknown) => {
        const known = toBusError(error, 'tailing');
        if (known.kind !== 'Unavailable') throw known;
        // A tail outlives a broker that is away.
        logger.warn('bus.tail_waits', { error: known });
        return [];
      });
      for (const row of fetched) {
        const behind = offsetBehind(row.messages);
        const from = positions.get(key(row));
        if (behind === undefined || from === undefined || signal.aborted) continue;
        const records = committedMessages(row.messages, row.abortedTransactions ?? [], from);
        positions.set(key(row), behind);
        if (records.length > 0)
          onRecords(records.map((message) => toBusRecord(names.short(row.topic), row.partition, message)));
      }
    }
  } catch (error) {
    if (error instanceof BugError) throw error;
    throw toBusError(error, `tailing ${topics.join(', ')}`);
  } finally {
    await cluster.disconnect().catch((error: unknown) => {
      logger.debug('bus.disconnect_failed', { reason: String(error) });
    });
  }
}
