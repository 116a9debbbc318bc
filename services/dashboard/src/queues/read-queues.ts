import type { Principal } from '../access/principal.js';
import { RESTRICTED_QUEUE } from '../access/rights.js';
import type { QueueSummary } from '../api/review.js';
import type { Sql } from '../database/database.js';
import type { QueueRule } from './queue-list.js';

/** How many cases wait in each queue, for what this person sees. */
export async function readQueues(
  sql: Sql,
  queues: readonly QueueRule[],
  { tenants }: Principal,
): Promise<QueueSummary[]> {
  const rows = await sql.query<{ queue: string; waiting: number; claimed: number; oldest: number | null }>(
    `SELECT queue, count(*) FILTER (WHERE lease_expires_at IS NULL OR lease_expires_at <= now()) AS waiting,
       count(*) FILTER (WHERE lease_expires_at > now()) AS claimed,
       (extract(epoch FROM min(opened_at)) * 1000)::bigint AS oldest
     FROM cases WHERE state = 'open' AND kind <> 'golden' AND queue = ANY($1::text[])
       AND ($2::text[] IS NULL OR tenant = ANY($2::text[]))
     GROUP BY queue`,
    [queues.map(({ name }) => name), tenants === 'all' ? null : [...tenants]],
  );
  return queues.map(({ name, title }) => {
    const found = rows.find((row) => row.queue === name);
    return {
      name,
      title,
      waiting: found?.waiting ?? 0,
      claimed: found?.claimed ?? 0,
      oldestAtMs: found?.oldest ?? null,
      restricted: name === RESTRICTED_QUEUE,
    };
  });
}
