import type { Assignment, Bus, BusConsumer, Chunk, PartitionReader } from '@tercet/bus';
import { asTercetError, type Logger } from '@tercet/kit';
import type { Database } from '../database/database.js';
import { BatchWriter } from './batch-writer.js';
import type { IngestEvents } from './ingest-events.js';
import { type Change, READ_TOPICS, readRecord } from './read-record.js';
import {
  clearLag,
  type ReadChunk,
  readOffsets,
  resetOffset,
  type WriteOptions,
  writeBatch,
} from './write-batch.js';

export const DASHBOARD_GROUP = 'dashboard';
const MAX_BYTES_PER_PARTITION = 512 * 1024;
const MAX_WAIT_MS = 100;

export interface IngestDeps extends WriteOptions {
  readonly bus: Bus;
  readonly database: Database;
  readonly logger: Logger;
  readonly events: IngestEvents;
  readonly sessionTimeoutMs: number;
}

export interface Ingest extends AsyncDisposable {
  readonly finished: Promise<void>;
  vitals(): { sinceHeartbeatMs: number; sinceFetchMs: number };
}

/**
 * Reads what the dashboard shows, in one consumer group of all its processes. Where a partition goes on is the
 * database's word, not the group's: offsets are committed to the group too, so that its lag can be seen.
 */
export async function startIngest(deps: IngestDeps): Promise<Ingest> {
  const { bus, database, events } = deps;
  const reader = await bus.reader('dashboard');
  const writer = new BatchWriter(async (chunks) => {
    const started = performance.now();
    await writeBatch(database, chunks, deps);
    events.written(chunks, (performance.now() - started) / 1000);
  });
  /** Partitions of which something was left to read when a chunk was fetched. */
  const behind = new Set<string>();
  const consumer: BusConsumer = await bus.consume({
    groupId: DASHBOARD_GROUP,
    topics: READ_TOPICS,
    sessionTimeoutMs: deps.sessionTimeoutMs,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    maxWaitMs: MAX_WAIT_MS,
    startPaused: true,
    onAssigned: (assignment) => goOn(assignment, consumer, reader, database),
    onChunk: async (chunk) => {
      const read = readChunk(chunk, events);
      await writer.write(read);
      if (read.lag > 0n) behind.add(`${chunk.topic}/${chunk.partition}`);
      await chunk.commit();
    },
    onIdle: (place) => {
      if (!behind.delete(`${place.topic}/${place.partition}`)) return;
      clearLag(database, place).catch((error: unknown) => {
        deps.logger.debug('lag not cleared', { reason: String(error) });
      });
    },
  });
  return {
    finished: consumer.finished,
    vitals: () => consumer.vitals(),
    async [Symbol.asyncDispose]() {
      await consumer[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
    },
  };
}

/** Starts each partition behind what is written of it, or at the log's start where that is gone. */
async function goOn(
  { partitions }: Assignment,
  consumer: BusConsumer,
  reader: PartitionReader,
  database: Database,
): Promise<void> {
  const stored = await readOffsets(database);
  await Promise.all(
    partitions.map(async (place) => {
      const { low, end } = await reader.bounds(place);
      const wanted = stored.get(`${place.topic}/${place.partition}`) ?? low;
      // A topic that was made anew ends below what is stored: its offsets mean other records now.
      if (wanted > end) await resetOffset(database, place, low);
      await consumer.seek(place, wanted < low || wanted > end ? low : wanted);
    }),
  );
  consumer.resume(partitions);
}

function readChunk(
  { topic, partition, records, nextOffset, highWatermark }: Chunk,
  events: IngestEvents,
): ReadChunk {
  const changes: { offset: bigint; change: Change }[] = [];
  for (const record of records) {
    try {
      const change = readRecord(record);
      if (change) changes.push({ offset: record.offset, change });
    } catch (error) {
      // Whoever decides by the record reports it; the dashboard has nothing to show of it.
      events.unreadable(topic, asTercetError(error));
    }
  }
  const behind = highWatermark - nextOffset;
  return { topic, partition, changes, nextOffset, lag: behind < 0n ? 0n : behind };
}
