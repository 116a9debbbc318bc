import {
  Decision,
  type Decision as DecisionMessage,
  type Evidence,
  type Span,
  SpanUnit,
  toProtoJson,
} from '@tercet/contracts';
import type {
  CategoryView,
  ConflictView,
  ItemContextView,
  ItemPage,
  PartView,
  ReasonView,
  ReviewView,
  Waterfall,
} from '../api/items.js';
import { toSummary } from '../feed/decision-summary.js';
import { publicReason } from '../statements/public-reason.js';
import type { ItemRows, ReviewRow } from './item-rows.js';

/** What of a page is not in the database: who asks, and the parts with their rights. */
export interface PageSurroundings {
  readonly parts: readonly PartView[];
  readonly openCase: ItemPage['openCase'];
  readonly preservation: ItemPage['preservation'];
  readonly traceUrl: string | null;
  /** False: scores and labels alone, none of what a person wrote. */
  readonly showsNotes: boolean;
}

/** The page of an item's decision, from its rows. */
export function itemPage(rows: ItemRows, surroundings: PageSurroundings): ItemPage {
  const { decision } = rows;
  const message = decision.record ? Decision.decode(decision.record) : undefined;
  const { showsNotes } = surroundings;
  return {
    decision: toSummary(decision),
    raw: message ? toProtoJson(Decision, 'Decision', message) : null,
    context: contextView(rows),
    parts: surroundings.parts,
    categories: message ? message.categories.map(categoryView) : [],
    reasons: message ? message.reasons.map(reasonView) : [],
    conflicts: message ? message.conflicts.map(conflictView) : [],
    notCovered: message
      ? message.notCovered.map(({ modality, partId, code, categories }) => ({
          modality,
          partId,
          code,
          categories,
        }))
      : [],
    models: message ? message.models.map(({ name, version, digest }) => ({ name, version, digest })) : [],
    headSet: message?.headSet ? { id: message.headSet.id, digest: message.headSet.digest } : null,
    timings: waterfall(rows),
    history: rows.history.map(toSummary),
    reviews: rows.reviews.map((row) => reviewView(row, showsNotes)),
    appeals: rows.appeals.map((row) => ({
      appealId: row.appeal_id,
      version: row.version,
      revision: row.revision,
      statement: showsNotes ? row.statement : '',
      filedAtMs: row.filed_at_ms,
      outcome: row.outcome,
    })),
    openCase: surroundings.openCase,
    preservation: surroundings.preservation,
    publicReason: message ? publicReason(message) : '',
    traceId: decision.trace_id,
    traceUrl: surroundings.traceUrl,
  };
}

/** The record of a decision; undefined where it was erased. */
export function decisionMessage({ decision }: ItemRows): DecisionMessage | undefined {
  return decision.record ? Decision.decode(decision.record) : undefined;
}

function contextView({ opening, reports }: ItemRows): ItemContextView | null {
  if (!opening) return null;
  return {
    authorId: opening.author_id,
    locale: opening.locale,
    surface: opening.surface,
    reach: opening.reach,
    reports: opening.reports + reports,
  };
}

function categoryView(one: DecisionMessage['categories'][number]): CategoryView {
  return {
    category: one.category,
    flagged: one.flagged,
    score: one.score,
    threshold: one.threshold ?? null,
    severity: one.severity,
    contributions: one.contributions.map(({ partId, score, share, span }) => ({
      partId,
      score,
      share,
      span: spanView(span),
    })),
  };
}

function reasonView(one: DecisionMessage['reasons'][number]): ReasonView {
  return {
    code: one.code,
    action: one.action,
    category: one.category,
    partId: one.partId,
    modality: one.modality,
    score: one.score ?? null,
    threshold: one.threshold ?? null,
    rule: one.rule,
    box: boxView(one.evidence),
    span: spanView(one.evidence?.span),
  };
}

function boxView(evidence: Evidence | undefined): ReasonView['box'] {
  return evidence?.box ? evidence.box.corners.map(({ x, y }) => ({ x, y })) : null;
}

const UNITS: Readonly<Record<number, string>> = {
  [SpanUnit.CODE_POINT]: 'code_point',
  [SpanUnit.MILLISECOND]: 'millisecond',
  [SpanUnit.FRAME]: 'frame',
};

function spanView(span: Span | undefined): ReasonView['span'] {
  if (!span) return null;
  return { unit: UNITS[span.unit] ?? 'unknown', start: Number(span.start), end: Number(span.end) };
}

function conflictView(one: DecisionMessage['conflicts'][number]): ConflictView {
  const { category, highPartId, highScore, lowPartId, lowScore } = one;
  return { category, highPartId, highScore, lowPartId, lowScore };
}

function reviewView(row: ReviewRow, showsNotes: boolean): ReviewView {
  return {
    reviewId: row.review_id,
    reviewerId: row.reviewer_id,
    kind: row.kind as ReviewView['kind'],
    action: row.action,
    categories: row.categories,
    note: showsNotes ? row.note : '',
    judgedVersion: row.version,
    judgedRevision: row.revision,
    reviewedAtMs: row.reviewed_at_ms,
    state: row.state,
  };
}

function waterfall({ decision, opening, parts }: ItemRows): Waterfall | null {
  const { timings } = decision;
  if (!timings) return null;
  return {
    openedAtMs: timings.openedAtMs,
    deadlineMs: timings.deadlineMs,
    lastPartAtMs: timings.lastPartAtMs,
    decidedAtMs: timings.decidedAtMs,
    parts: (opening?.parts ?? []).flatMap(({ partId }) => {
      const at = parts.find((one) => one.part_id === partId)?.embedded_at_ms;
      return at === null || at === undefined ? [] : [{ partId, embeddedAtMs: at }];
    }),
  };
}
