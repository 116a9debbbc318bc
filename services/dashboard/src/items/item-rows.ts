import type { DecisionTimings } from '@tercet/contracts';
import { RESTRICTED_QUEUE } from '../access/rights.js';
import type { Sql } from '../database/database.js';
import { SUMMARY_COLUMNS, type SummaryRow } from '../feed/decision-summary.js';
import type { StoredDerivation, StoredPart } from '../ingest/read-record.js';

/** A decision with what only its own page shows. */
export interface DecisionDetailRow extends SummaryRow {
  readonly record: Uint8Array | null;
  readonly timings: DecisionTimings | null;
  readonly trace_id: string | null;
}

export interface OpeningDetailRow {
  readonly opened_at_ms: number;
  readonly window_ms: number;
  readonly author_id: string;
  readonly locale: string;
  readonly surface: string;
  readonly reach: number;
  readonly reports: number;
  readonly parts: readonly StoredPart[];
}

export interface PartDetailRow {
  readonly part_id: string;
  readonly embedded_at_ms: number | null;
  readonly language: string;
  readonly derivation: StoredDerivation | null;
  readonly sha256: string;
}

export interface ReviewRow {
  readonly review_id: string;
  readonly reviewer_id: string;
  readonly kind: string;
  readonly action: string;
  readonly categories: readonly string[];
  readonly note: string;
  readonly version: number;
  readonly revision: number;
  readonly reviewed_at_ms: number;
  readonly state: 'pending' | 'applied' | 'stale';
}

export interface AppealRow {
  readonly appeal_id: string;
  readonly version: number;
  readonly revision: number;
  readonly statement: string;
  readonly filed_at_ms: number;
  readonly outcome: 'open' | 'upheld' | 'overturned';
}

export interface OpenCaseRow {
  readonly id: string;
  readonly queue: string;
  readonly tenant: string;
  readonly claimed_by: string | null;
  readonly expires_at_ms: number | null;
}

/** Of the item's newest case in the restricted queue. */
export interface PreservationRow {
  readonly id: string;
  readonly queue: string;
  readonly tenant: string;
  /** Null: not preserved. */
  readonly since_ms: number | null;
}

/** Everything of one item that its page needs. */
export interface ItemRows {
  readonly decision: DecisionDetailRow;
  readonly history: readonly SummaryRow[];
  readonly erased: boolean;
  readonly opening: OpeningDetailRow | undefined;
  readonly parts: readonly PartDetailRow[];
  readonly reviews: readonly ReviewRow[];
  readonly appeals: readonly AppealRow[];
  readonly reports: number;
  readonly openCases: readonly OpenCaseRow[];
  readonly preservation: PreservationRow | undefined;
}

const MAX_HISTORY = 200;

/** Reads one item in nine statements; `version` and `revision` absent: the latest. Undefined where there is no such decision. */
export async function readItem(
  sql: Sql,
  itemKey: string,
  version: string | null,
  revision: number | null,
): Promise<ItemRows | undefined> {
  const [decision] = await sql.query<DecisionDetailRow & { exact_version: string; erased: boolean }>(
    `SELECT ${SUMMARY_COLUMNS}, d.record, d.timings, d.trace_id, d.version::text AS exact_version, items.erased
     FROM decisions d JOIN items ON items.item_key = d.item_key
     WHERE d.item_key = $1 AND ($2::bigint IS NULL OR d.version = $2) AND ($3::integer IS NULL OR d.revision = $3)
     ORDER BY d.version DESC, d.revision DESC LIMIT 1`,
    [itemKey, version, revision],
  );
  if (!decision) return undefined;
  const at = [itemKey, decision.exact_version];
  const [history, [opening], parts, reviews, appeals, openCases, [reported], [preservation]] =
    await Promise.all([
      sql.query<SummaryRow>(
        `SELECT ${SUMMARY_COLUMNS} FROM decisions d WHERE d.item_key = $1
       ORDER BY d.version DESC, d.revision DESC LIMIT ${MAX_HISTORY}`,
        [itemKey],
      ),
      sql.query<OpeningDetailRow>(
        `SELECT opened_at_ms, window_ms, author_id, locale, surface, reach, reports, parts
       FROM openings WHERE item_key = $1 AND version = $2::bigint`,
        at,
      ),
      sql.query<PartDetailRow>(
        `SELECT part_id, embedded_at_ms, language, derivation, sha256
       FROM part_outcomes WHERE item_key = $1 AND version = $2::bigint`,
        at,
      ),
      sql.query<ReviewRow>(
        `SELECT review_id, reviewer_id, kind, action, categories, note, version, revision, reviewed_at_ms, state
       FROM reviews WHERE item_key = $1 ORDER BY reviewed_at_ms DESC`,
        [itemKey],
      ),
      sql.query<AppealRow>(
        `SELECT appeal_id, version, revision, statement, filed_at_ms, outcome
       FROM appeals WHERE item_key = $1 ORDER BY filed_at_ms DESC`,
        [itemKey],
      ),
      sql.query<OpenCaseRow>(
        `SELECT id, queue, tenant, claimed_by,
         CASE WHEN lease_expires_at > now() THEN (extract(epoch FROM lease_expires_at) * 1000)::bigint END AS expires_at_ms
       FROM cases WHERE item_key = $1 AND state = 'open' AND kind <> 'golden' ORDER BY opened_at`,
        [itemKey],
      ),
      sql.query<{ count: number }>(
        'SELECT count(DISTINCT reporter_id) AS count FROM reports WHERE item_key = $1',
        [itemKey],
      ),
      sql.query<PreservationRow>(
        `SELECT c.id, c.queue, c.tenant, (extract(epoch FROM p.preserved_at) * 1000)::bigint AS since_ms
       FROM cases c LEFT JOIN preserved_items p ON p.item_key = c.item_key
       WHERE c.item_key = $1 AND c.queue = $2 ORDER BY c.opened_at DESC LIMIT 1`,
        [itemKey, RESTRICTED_QUEUE],
      ),
    ]);
  return {
    decision,
    history,
    erased: decision.erased,
    opening,
    parts,
    reviews,
    appeals,
    reports: reported?.count ?? 0,
    openCases,
    preservation,
  };
}
