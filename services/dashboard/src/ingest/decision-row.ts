import {
  type Decision,
  DecisionCause,
  DecisionStatus,
  type DecisionTimings,
  HEADER,
} from '@tercet/contracts';
import { RESTRICTED_CATEGORY } from '../access/rights.js';
import { isTime } from './bounded.js';

/** A row of `decisions` before it has a seq; names are the table's. */
export interface DecisionRow {
  readonly decision_id: string;
  readonly item_key: string;
  readonly tenant: string;
  readonly item_id: string;
  readonly version: bigint;
  readonly revision: number;
  readonly status: 'decided' | 'superseded' | 'erased';
  readonly cause: string;
  readonly action: string;
  readonly modifiers: readonly string[];
  readonly top_category: string | null;
  readonly top_score: number | null;
  readonly severity: number;
  /** Flagged ones. */
  readonly categories: readonly string[];
  readonly modalities: readonly string[];
  readonly missing: readonly string[];
  readonly languages: readonly string[];
  readonly conflict: boolean;
  readonly uncertainty: number;
  readonly policy_id: string;
  readonly policy_version: string;
  readonly human: boolean;
  readonly reviewer_id: string | null;
  readonly review_id: string | null;
  readonly decided_at_ms: number | null;
  readonly latency_ms: number | null;
  readonly restricted: boolean;
  readonly trace_id: string | null;
  readonly timings: DecisionTimings | null;
  /** Base64 of the record. */
  readonly record: string;
}

const MAX_SEVERITY = 7;

const STATUS = {
  [DecisionStatus.DECIDED]: 'decided',
  [DecisionStatus.SUPERSEDED]: 'superseded',
  [DecisionStatus.ERASED]: 'erased',
} as const;

/** What the feed shows of a record of `decisions`; undefined for a status that this version does not know. */
export function decisionRow(
  decision: Decision,
  value: Uint8Array,
  headers: Readonly<Record<string, Uint8Array>>,
): DecisionRow | undefined {
  const status = STATUS[decision.status as keyof typeof STATUS];
  if (status === undefined) return undefined;
  const flagged = decision.categories.filter((one) => one.flagged);
  const top = flagged.toSorted((a, b) => b.severity - a.severity || b.score - a.score)[0];
  const timings = readTimings(headers[HEADER.timings]);
  return {
    decision_id: decision.decisionId,
    item_key: decision.itemKey,
    tenant: decision.tenant,
    item_id: decision.itemId,
    version: decision.version,
    revision: decision.revision,
    status,
    cause: (DecisionCause[decision.cause] ?? 'unknown').toLowerCase(),
    action: decision.action,
    modifiers: decision.modifiers,
    top_category: top?.category ?? null,
    top_score: top?.score ?? null,
    severity: Math.min(MAX_SEVERITY, Math.max(0, top?.severity ?? 0)),
    categories: flagged.map((one) => one.category),
    modalities: decision.modalitiesUsed,
    missing: decision.modalitiesMissing,
    languages: [...new Set(decision.partsUsed.map((part) => part.language))]
      .filter((one) => one !== '')
      .sort(),
    conflict: decision.conflicts.length > 0,
    uncertainty: Number.isFinite(decision.uncertainty) ? decision.uncertainty : 0,
    policy_id: decision.policy?.id ?? '',
    policy_version: decision.policy?.version ?? '',
    human: decision.human !== undefined,
    reviewer_id: decision.human?.reviewerId ?? null,
    review_id: decision.human?.reviewId ?? null,
    decided_at_ms: timings?.decidedAtMs ?? null,
    // A later revision's time since the opening says nothing of how quick the pipeline is.
    latency_ms:
      timings && decision.revision === 1 ? Math.max(0, timings.decidedAtMs - timings.openedAtMs) : null,
    restricted: flagged.some((one) => one.category === RESTRICTED_CATEGORY),
    trace_id: readTraceId(headers['traceparent']),
    timings,
    record: Buffer.from(value).toString('base64'),
  };
}

/** The timings header is JSON of four whole numbers; anything else counts as absent. */
function readTimings(header: Uint8Array | undefined): DecisionTimings | null {
  if (!header) return null;
  try {
    const { openedAtMs, lastPartAtMs, deadlineMs, decidedAtMs } = JSON.parse(
      Buffer.from(header).toString('utf8'),
    ) as Record<string, unknown>;
    const numbers = [openedAtMs, lastPartAtMs, deadlineMs, decidedAtMs];
    if (!numbers.every(isTime)) return null;
    return { openedAtMs, lastPartAtMs, deadlineMs, decidedAtMs } as DecisionTimings;
  } catch {
    return null;
  }
}

/** Of a W3C traceparent, `00-TRACE-SPAN-FLAGS`. */
function readTraceId(header: Uint8Array | undefined): string | null {
  if (!header) return null;
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(Buffer.from(header).toString('latin1'))?.[1] ?? null;
}
