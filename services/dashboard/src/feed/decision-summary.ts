import type { DecisionSummary } from '../api/decisions.js';
import type { DecisionRow } from '../ingest/decision-row.js';

/** Columns of `decisions` that a summary needs, for a SELECT with the table as `d`. */
export const SUMMARY_COLUMNS = `d.seq, d.decision_id, d.item_key, d.tenant, d.item_id, d.version, d.revision, d.status,
  d.cause, d.action, d.modifiers, d.top_category, d.top_score, d.severity, d.categories, d.modalities, d.missing,
  d.languages, d.conflict, d.uncertainty, d.policy_id, d.policy_version, d.human, d.decided_at_ms, d.latency_ms,
  d.restricted`;

/** What these columns hold: a row as it was written, but for what only an item's page reads. */
export interface SummaryRow
  extends Omit<DecisionRow, 'version' | 'reviewer_id' | 'review_id' | 'trace_id' | 'timings' | 'record'> {
  readonly seq: number;
  readonly version: number;
}

export function toSummary(row: SummaryRow): DecisionSummary {
  return {
    seq: row.seq,
    decisionId: row.decision_id,
    tenant: row.tenant,
    itemId: row.item_id,
    version: row.version,
    revision: row.revision,
    status: row.status,
    cause: row.cause,
    action: row.action,
    modifiers: row.modifiers,
    topCategory: row.top_category,
    topScore: row.top_score,
    severity: row.severity,
    categories: row.categories,
    modalities: row.modalities,
    missing: row.missing,
    languages: row.languages,
    conflict: row.conflict,
    uncertainty: row.uncertainty,
    policyId: row.policy_id,
    policyVersion: row.policy_version,
    human: row.human,
    decidedAtMs: row.decided_at_ms,
    latencyMs: row.latency_ms,
    restricted: row.restricted,
  };
}
