import type { Principal } from '../access/principal.js';
import type { WellnessSettings } from '../api/review.js';
import type { Sql } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { breakUntil } from './break-due.js';

/** Before an admin says otherwise: two hours at a stretch at most, and everything covered until asked for. */
export const DEFAULT_WELLNESS: WellnessSettings = {
  maxCasesPerHour: 0,
  breakAfterMinutes: 120,
  breakMinutes: 10,
  blur: true,
  grey: true,
  muted: true,
};

const NAME = 'wellness';
/** Longer stretches than this are not looked back over. */
const MAX_LOOK_BACK = '12 hours';

export async function readWellness(sql: Sql): Promise<WellnessSettings> {
  const [row] = await sql.query<{ value: Partial<WellnessSettings> }>(
    'SELECT value FROM dashboard_settings WHERE name = $1',
    [NAME],
  );
  return { ...DEFAULT_WELLNESS, ...row?.value };
}

export async function writeWellness(sql: Sql, settings: WellnessSettings): Promise<void> {
  await sql.query(
    `INSERT INTO dashboard_settings (name, value) VALUES ($1, $2::jsonb)
     ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value`,
    [NAME, JSON.stringify(settings)],
  );
}

/** @throws ApiRefusal `break_due` with `untilMs` */
export async function refuseWhereBreakIsDue(sql: Sql, { id }: Principal): Promise<void> {
  const settings = await readWellness(sql);
  const spells = await sql.query<{
    start_ms: number;
    end_ms: number | null;
    reviewed: boolean;
    now_ms: number;
  }>(
    `SELECT (extract(epoch FROM claimed_at) * 1000)::bigint AS start_ms,
       (extract(epoch FROM ended_at) * 1000)::bigint AS end_ms, COALESCE(outcome = 'reviewed', false) AS reviewed,
       (extract(epoch FROM now()) * 1000)::bigint AS now_ms
     FROM claims WHERE reviewer_id = $1 AND claimed_at > now() - interval '${MAX_LOOK_BACK}'
       AND (outcome IS DISTINCT FROM 'lost')`,
    [id],
  );
  const nowMs = spells[0]?.now_ms;
  if (nowMs === undefined) return;
  const untilMs = breakUntil(
    spells.map((row) => ({ startMs: row.start_ms, endMs: row.end_ms, reviewed: row.reviewed })),
    settings,
    nowMs,
  );
  if (untilMs !== null && untilMs > nowMs)
    throw new ApiRefusal('break_due', 'Time for a break. Your next case waits until it is over.', {
      untilMs,
    });
}
