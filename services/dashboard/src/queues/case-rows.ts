import type { CaseSummary } from '../api/review.js';
import type { Sql } from '../database/database.js';

/**
 * How urgent a case is: its weight, (1 + severity) x (1 + log10(1 + reach)) x (1 + ln(1 + reports)), times one more for
 * every hour that it waits. docs/dashboard.md, "Order".
 */
export const PRIORITY = 'c.weight * (1 + extract(epoch FROM now() - c.opened_at)::double precision / 3600)';

/** Whether nobody holds a case, by the database's clock. */
export const IS_FREE = '(c.lease_expires_at IS NULL OR c.lease_expires_at <= now())';

const milliseconds = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

/** Columns of a {@link CaseRow}, for a SELECT with the table as `c`. */
export const CASE_COLUMNS = `c.id, c.queue, c.kind, c.state, c.tenant, c.item_id, c.item_key, c.version,
  c.version::text AS exact_version, c.revision, c.action, c.top_category, c.severity, c.reach, c.reports,
  ${milliseconds('c.opened_at')} AS opened_at_ms, ${PRIORITY} AS priority,
  CASE WHEN c.lease_expires_at > now() THEN c.claimed_by END AS claimed_by,
  CASE WHEN c.lease_expires_at > now() THEN ${milliseconds('c.lease_expires_at')} END AS lease_expires_at_ms,
  ${milliseconds('c.claimed_at')} AS claimed_at_ms,
  EXISTS (SELECT 1 FROM preserved_items p WHERE p.item_key = c.item_key) AS preserved, c.review_id, c.first_review_id, c.appeal_id, c.golden_id,
  c.note`;

export interface CaseRow {
  readonly id: string;
  readonly queue: string;
  readonly kind: CaseSummary['kind'] | 'golden';
  readonly state: 'open' | 'decided' | 'closed';
  readonly tenant: string;
  readonly item_id: string;
  readonly item_key: string;
  readonly version: number;
  readonly exact_version: string;
  readonly revision: number;
  readonly action: string;
  readonly top_category: string | null;
  readonly severity: number;
  readonly reach: number;
  readonly reports: number;
  readonly opened_at_ms: number;
  readonly priority: number;
  readonly claimed_by: string | null;
  readonly lease_expires_at_ms: number | null;
  readonly claimed_at_ms: number | null;
  readonly preserved: boolean;
  readonly review_id: string | null;
  readonly first_review_id: string | null;
  readonly appeal_id: string | null;
  readonly golden_id: string | null;
  readonly note: string;
}

/** Of a golden case nobody is told that it is one. */
export function toCaseSummary(row: CaseRow): CaseSummary {
  return {
    id: row.id,
    queue: row.queue,
    kind: row.kind === 'golden' ? 'review' : row.kind,
    tenant: row.tenant,
    itemId: row.item_id,
    version: row.version,
    revision: row.revision,
    action: row.action,
    topCategory: row.top_category,
    severity: row.severity,
    reach: row.reach,
    reports: row.reports,
    openedAtMs: row.opened_at_ms,
    priority: row.priority,
    claimedBy: row.claimed_by,
    leaseExpiresAtMs: row.lease_expires_at_ms,
    preserved: row.preserved,
    ...(row.note === '' ? {} : { note: row.note }),
  };
}

/** One case; locked where it is to be changed. */
export async function readCase(sql: Sql, id: string, lock = false): Promise<CaseRow | undefined> {
  const [row] = await sql.query<CaseRow>(
    `SELECT ${CASE_COLUMNS} FROM cases c WHERE c.id = $1${lock ? ' FOR UPDATE' : ''}`,
    [id],
  );
  return row;
}
