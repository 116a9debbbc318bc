import type { DecisionSummary } from '../api/decisions.js';

/** Columns of `decisions` that a summary needs, for a SELECT with the table as `d`. */
export const SUMMARY_COLUMNS = `d.seq, d.decision_id, d.item_key, d.tenant, d.item_id, d.version, d.revision, d.status,
  d.cause, d.action, d.modifiers, d.top_category, d.top_score, d.severity, d.categories, d.modalities, d.missing,
  d.languages, d.conflict, d.uncertainty, d.policy_id, d.policy_version, d.human, d.decided_at_ms, d.latency_ms,
  d.restricted`;

export interface SummaryRow {
  readonly seq: number;
  readonly decision_id: string;
  readonly item_key: string;
  readonly tenant: string;
  readonly item_id: string;
  readonly version: number;
  readonly revision: number;
  readonly status: DecisionSummary['status'];
  readonly cause: string;
  readonly action: string;
  readonly modifiers: readonly string[];
  readonly top_category: string | null;
  readonly top_score: number | null;
  readonly severity: number;
  readonly categories: readonly string[];
  readonly modalities: readonly string[];
  readonly missing: readonly string[];
  readonly languages: readonly string[];
  readonly conflict: boolean;
  readonly uncertainty: number;
  readonly policy_id: string;
  readonly policy_version: string;
  readonly human: boolean;
  readonly decided_at_ms: number | null;
  readonly latency_ms: number | null;
  readonly restricted: boolean;
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
