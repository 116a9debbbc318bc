import type { Rates } from '../api/decisions.js';
import type { Sql } from '../database/database.js';
import { minuteOf } from '../ingest/count-minutes.js';
import { percentile } from '../ingest/latency-buckets.js';
import type { Tenants } from './feed-filter.js';

export interface CountRow {
  readonly minute: number;
  readonly kind: string;
  readonly key: string;
  readonly count: number;
}

/** Rates of the last so many minutes, the running one included, of the tenants that the asker sees. */
export async function readRates(sql: Sql, minutes: number, nowMs: number, tenants: Tenants): Promise<Rates> {
  const last = minuteOf(nowMs);
  const first = last - minutes + 1;
  const rows = await sql.query<CountRow>(
    `SELECT minute, kind, key, sum(count)::bigint AS count FROM minute_counts
     WHERE minute BETWEEN $1 AND $2 AND kind IN ('action', 'latency') AND ($3::text[] IS NULL OR tenant = ANY($3::text[]))
     GROUP BY minute, kind, key`,
    [first, last, tenants === 'all' ? null : [...tenants]],
  );
  return ratesOf(rows, first, last);
}

/** Pure: one point per minute from `first` to `last`, empty ones included. */
export function ratesOf(rows: readonly CountRow[], first: number, last: number): Rates {
  const minutes = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const actions = [...new Set(rows.filter((row) => row.kind === 'action').map((row) => row.key))].sort();
  const byPlace = new Map(rows.map((row) => [`${row.kind} ${row.key} ${row.minute}`, row.count]));
  const latencies = new Map<number, Map<number, number>>();
  for (const { minute, kind, key, count } of rows) {
    if (kind !== 'latency') continue;
    const counts = latencies.get(minute) ?? new Map<number, number>();
    counts.set(Number(key), count);
    latencies.set(minute, counts);
  }
  const share = (wanted: number) =>
    minutes.map((minute) => percentile(latencies.get(minute) ?? new Map(), wanted));
  return {
    minutes: minutes.map((minute) => minute * 60),
    byAction: Object.fromEntries(
      actions.map((action) => [
        action,
        minutes.map((minute) => byPlace.get(`action ${action} ${minute}`) ?? 0),
      ]),
    ),
    latencyMs: { p50: share(0.5), p95: share(0.95), p99: share(0.99) },
  };
}
