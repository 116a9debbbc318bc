import type { Sql } from '../database/database.js';
import type { DecisionRow } from './decision-row.js';

/** An item's latest decision, without its record; undefined where there is none. */
export async function latestDecision(sql: Sql, itemKey: string): Promise<DecisionRow | undefined> {
  const [row] = await sql.query<DecisionRow & { exact_version: string }>(
    `SELECT d.decision_id, d.item_key, d.tenant, d.item_id, d.version::text AS exact_version, d.revision, d.status, d.cause,
       d.action, d.modifiers, d.top_category, d.top_score, d.severity, d.categories, d.modalities, d.missing, d.languages,
       d.conflict, d.uncertainty, d.policy_id, d.policy_version, d.human, d.reviewer_id, d.review_id, d.decided_at_ms,
       d.latency_ms, d.restricted, d.trace_id, d.timings, '' AS record
     FROM items JOIN decisions d ON d.seq = items.latest_seq WHERE items.item_key = $1`,
    [itemKey],
  );
  return row && { ...row, version: BigInt(row.exact_version) };
}
