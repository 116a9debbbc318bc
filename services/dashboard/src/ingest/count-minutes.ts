import type { Sql } from '../database/database.js';
import { jsonRows } from '../database/json-rows.js';

/** One occurrence, in the minute of `ms` (milliseconds since the epoch). */
export interface MinuteCount {
  readonly ms: number;
  readonly kind: 'action' | 'latency' | 'dead_letter';
  /** Empty for dead letters. */
  readonly tenant: string;
  readonly key: string;
}

export const minuteOf = (ms: number): number => Math.floor(ms / 60_000);

/** Adds occurrences to the counters of their minutes. */
export async function countMinutes(sql: Sql, counts: readonly MinuteCount[]): Promise<void> {
  if (counts.length === 0) return;
  const sums = new Map<
    string,
    { minute: number; kind: string; tenant: string; key: string; count: number }
  >();
  for (const { ms, kind, tenant, key } of counts) {
    const minute = minuteOf(ms);
    const place = `${minute} ${kind} ${tenant} ${key}`;
    const held = sums.get(place);
    if (held) held.count += 1;
    else sums.set(place, { minute, kind, tenant, key, count: 1 });
  }
  await sql.query(
    `INSERT INTO minute_counts SELECT * FROM jsonb_to_recordset($1::jsonb)
       AS r(minute integer, kind text, tenant text, key text, count bigint)
     ON CONFLICT (minute, kind, tenant, key) DO UPDATE SET count = minute_counts.count + EXCLUDED.count`,
    [jsonRows([...sums.values()])],
  );
}
