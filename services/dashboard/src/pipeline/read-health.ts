import type { BusAdmin } from '@tercet/bus';
import { MODALITIES, TOPIC } from '@tercet/contracts';
import type { Logger } from '@tercet/kit';
import type { PipelineHealth } from '../api/pipeline.js';
import type { Sql } from '../database/database.js';
import { minuteOf } from '../ingest/count-minutes.js';
import { DASHBOARD_GROUP } from '../ingest/start-ingest.js';

/** A consumer group and the topic that it reads. */
export interface WatchedGroup {
  readonly group: string;
  readonly topic: string;
}

/** Groups of a deployment beside our own; `derivers` as TERCET_DERIVERS names them, since one that is not run has no lag. */
export function watchedGroups(derivers: readonly string[]): readonly WatchedGroup[] {
  const readers: Readonly<Record<string, string>> = { 'image:ocr': 'ocr', 'audio:speech': 'transcriber' };
  return [
    { group: 'intake', topic: TOPIC.items },
    { group: 'intake', topic: TOPIC.reviews },
    ...MODALITIES.map(({ name, topic }) => ({ group: `${name}-encoder`, topic })),
    ...derivers.flatMap((deriver) => {
      const topic = MODALITIES.find(({ name }) => name === deriver.split(':')[0])?.topic;
      const group = readers[deriver];
      return group && topic ? [{ group, topic }] : [];
    }),
    { group: 'fusion', topic: TOPIC.embeddings },
  ];
}

export interface HealthDeps {
  readonly database: Sql;
  readonly admin: Pick<BusAdmin, 'lag'>;
  readonly groups: readonly WatchedGroup[];
  readonly logger: Logger;
}

/** What can be known of the pipeline from its topics and from what was read of them. */
export async function readHealth(deps: HealthDeps, nowMs: number): Promise<PipelineHealth> {
  const { database, groups } = deps;
  const thisMinute = minuteOf(nowMs);
  const [lags, [own], [joins], [letters], [rate]] = await Promise.all([
    Promise.all(groups.map(async (one) => ({ ...one, lag: await lagOf(deps, one) }))),
    database.query<{ lag: number }>(
      'SELECT COALESCE(sum(lag), 0)::bigint AS lag FROM ingest_offsets WHERE topic = $1',
      [TOPIC.decisions],
    ),
    database.query<{ count: number; oldest: number | null }>(
      'SELECT count(*) AS count, min(opened_at_ms) AS oldest FROM openings WHERE NOT decided',
    ),
    database.query<{ last_hour: number; total: number }>(
      `SELECT COALESCE(sum(count) FILTER (WHERE minute > $1), 0)::bigint AS last_hour,
         COALESCE(sum(count), 0)::bigint AS total FROM minute_counts WHERE kind = 'dead_letter'`,
      [thisMinute - 60],
    ),
    // The last whole minute: the running one has only begun.
    database.query<{ count: number }>(
      "SELECT COALESCE(sum(count), 0)::bigint AS count FROM minute_counts WHERE kind = 'action' AND minute = $1",
      [thisMinute - 1],
    ),
  ]);
  return {
    atMs: nowMs,
    groups: [...lags, { group: DASHBOARD_GROUP, topic: TOPIC.decisions, lag: own?.lag ?? null }],
    openJoins: joins?.count ?? null,
    oldestOpenAtMs: joins?.oldest ?? null,
    deadLetters: { lastHour: letters?.last_hour ?? null, total: letters?.total ?? null },
    ownLag: own?.lag ?? null,
    decisionsPerSecond: rate ? rate.count / 60 : null,
  };
}

async function lagOf({ admin, logger }: HealthDeps, { group, topic }: WatchedGroup): Promise<number | null> {
  try {
    return Number(await admin.lag(group, topic));
  } catch (error) {
    logger.debug('lag unknown', { group, topic, reason: String(error) });
    return null;
  }
}
