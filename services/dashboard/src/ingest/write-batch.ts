import { asTercetError } from '@tercet/kit';
import { CHANNEL, LOCK } from '../database/advisory-locks.js';
import type { Database, Sql } from '../database/database.js';
import { jsonRows } from '../database/json-rows.js';
import type { QueueList } from '../queues/queue-list.js';
import { countMinutes } from './count-minutes.js';
import type { KnownFacets } from './known-facets.js';
import type { Change } from './read-record.js';
import { writeDecisions } from './write-decisions.js';
import { writeOpenings, writeParts } from './write-parts.js';
import { writeAppeal, writeReport, writeReview } from './write-words.js';

/** What was read of one partition, in order. */
export interface ReadChunk {
  readonly topic: string;
  readonly partition: number;
  readonly changes: readonly { readonly offset: bigint; readonly change: Change }[];
  /** Behind the chunk, records that mean nothing here included. */
  readonly nextOffset: bigint;
  /** What lay behind it when it was fetched. */
  readonly lag: bigint;
}

export interface WriteOptions {
  readonly queues: QueueList;
  readonly facets: KnownFacets;
  readonly openAfterReports: number;
}

/**
 * Writes chunks and the offsets behind them in one transaction, under the feed's lock. What lies below a stored offset
 * was written before, by whomever, and is passed over: a record takes effect once.
 */
export async function writeBatch(
  database: Database,
  chunks: readonly ReadChunk[],
  options: WriteOptions,
): Promise<void> {
  try {
    await database.transaction(async (sql) => {
      await sql.query('SELECT pg_advisory_xact_lock($1)', [LOCK.feed]);
      const fresh = await notYetWritten(sql, chunks);
      await writeChanges(sql, fresh, options);
      await writeOffsets(sql, chunks);
      if (fresh.some((change) => change.kind === 'decision'))
        await sql.query('SELECT pg_notify($1, $2)', [CHANNEL.feed, '']);
    });
    options.facets.committed();
  } catch (error) {
    options.facets.rolledBack();
    throw asTercetError(error);
  }
}

async function writeChanges(sql: Sql, changes: readonly Change[], options: WriteOptions): Promise<void> {
  const { queues, facets, openAfterReports } = options;
  const of = <Kind extends Change['kind']>(kind: Kind) =>
    changes.filter((change): change is Change & { kind: Kind } => change.kind === kind);
  await writeOpenings(
    sql,
    of('opening').map((change) => change.row),
  );
  await writeParts(
    sql,
    of('part').map((change) => change.row),
  );
  await countMinutes(
    sql,
    of('dead_letter').map(({ atMs, code }) => ({ ms: atMs, kind: 'dead_letter', tenant: '', key: code })),
  );
  // Before the decisions that they led to, so that these find them.
  for (const { review } of of('review')) await writeReview(sql, review);
  await writeDecisions(sql, of('decision'), queues, facets);
  for (const { row } of of('report')) await writeReport(sql, row, queues, openAfterReports);
  for (const { row } of of('appeal')) await writeAppeal(sql, row, queues);
}

async function notYetWritten(sql: Sql, chunks: readonly ReadChunk[]): Promise<Change[]> {
  const stored = await readOffsets(sql);
  return chunks.flatMap(({ topic, partition, changes }) => {
    const from = stored.get(`${topic}/${partition}`) ?? 0n;
    return changes.filter(({ offset }) => offset >= from).map(({ change }) => change);
  });
}

/** Next offset by `topic/partition`. */
export async function readOffsets(sql: Sql): Promise<ReadonlyMap<string, bigint>> {
  const rows = await sql.query<{ topic: string; partition: number; next_offset: number }>(
    'SELECT topic, partition, next_offset FROM ingest_offsets',
  );
  return new Map(rows.map((row) => [`${row.topic}/${row.partition}`, BigInt(row.next_offset)]));
}

/** Says that a partition is to be read from `offset` on, whatever was written of it. */
export async function resetOffset(sql: Sql, { topic, partition }: Place, offset: bigint): Promise<void> {
  await sql.query('UPDATE ingest_offsets SET next_offset = $3 WHERE topic = $1 AND partition = $2', [
    topic,
    partition,
    Number(offset),
  ]);
}

/** Says that a fetch found nothing more in a partition. */
export async function clearLag(sql: Sql, { topic, partition }: Place): Promise<void> {
  await sql.query('UPDATE ingest_offsets SET lag = 0 WHERE topic = $1 AND partition = $2 AND lag <> 0', [
    topic,
    partition,
  ]);
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

async function writeOffsets(sql: Sql, chunks: readonly ReadChunk[]): Promise<void> {
  const last = new Map<string, { topic: string; partition: number; next_offset: bigint; lag: bigint }>();
  for (const { topic, partition, nextOffset, lag } of chunks) {
    const held = last.get(`${topic}/${partition}`);
    if (!held || nextOffset > held.next_offset)
      last.set(`${topic}/${partition}`, { topic, partition, next_offset: nextOffset, lag });
  }
  await sql.query(
    `INSERT INTO ingest_offsets SELECT * FROM jsonb_to_recordset($1::jsonb)
       AS r(topic text, partition integer, next_offset bigint, lag bigint)
     ON CONFLICT (topic, partition) DO UPDATE
       SET next_offset = GREATEST(ingest_offsets.next_offset, EXCLUDED.next_offset), lag = EXCLUDED.lag`,
    [jsonRows([...last.values()])],
  );
}
