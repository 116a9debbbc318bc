import type { DecisionSummary } from './decisions.js';

/** GET /api/v1/items/:tenant/:itemId?version=N&revision=N (URL-encoded; default: the latest). */
export interface ItemPage {
  readonly decision: DecisionSummary;
  /** The record as proto3 JSON. */
  readonly raw: unknown;
  readonly context: ItemContextView | null;
  readonly parts: readonly PartView[];
  readonly categories: readonly CategoryView[];
  readonly reasons: readonly ReasonView[];
  readonly conflicts: readonly ConflictView[];
  readonly notCovered: readonly {
    modality: string;
    partId: string;
    code: string;
    categories: readonly string[];
  }[];
  readonly models: readonly { name: string; version: string; digest: string }[];
  readonly headSet: { id: string; digest: string } | null;
  /** Null where no timings are known. */
  readonly timings: Waterfall | null;
  /** Every version and revision known, newest first. */
  readonly history: readonly DecisionSummary[];
  readonly reviews: readonly ReviewView[];
  readonly appeals: readonly AppealView[];
  /** Open case of this item, if any, that the caller may work on. */
  readonly openCase: {
    id: string;
    queue: string;
    claimedBy: string | null;
    expiresAtMs: number | null;
  } | null;
  /** Of a restricted item, for who works in its queue; POST /api/v1/cases/:caseId/preserve changes it. */
  readonly preservation: { readonly caseId: string; readonly sinceMs: number | null } | null;
  /** Public-safe, one or two sentences. */
  readonly publicReason: string;
  /** W3C trace id; null: unknown. `traceUrl` is set where TERCET_TRACE_URL is. */
  readonly traceId: string | null;
  readonly traceUrl: string | null;
}

export interface ItemContextView {
  readonly authorId: string;
  readonly locale: string;
  readonly surface: string;
  readonly reach: number;
  readonly reports: number;
}

export interface PartView {
  readonly partId: string;
  readonly modality: string;
  readonly mediaType: string;
  readonly language: string;
  readonly state: 'used' | 'pending' | 'empty' | 'failed' | 'unusable';
  /** Why it was not used; empty where it was. */
  readonly code: string;
  /** Part that it was read from; empty where it is upstream's own. */
  readonly sourcePartId: string;
  /** For derived text: confidence of the reader. */
  readonly confidence: number | null;
  readonly content: ContentView;
  /** What was found where: lines of OCR with boxes, stretches of speech with times. Code points of this part's text. */
  readonly found: readonly FoundSpan[];
}

/**
 * `url` is good for `expiresAtMs` and for this session only. `withheld`: restricted or without the right; `erased`:
 * removed on upstream's word; `expired`: past its retention; `external`: with upstream.
 */
export type ContentView =
  | {
      readonly state: 'available';
      readonly url: string;
      readonly expiresAtMs: number;
      readonly text: string | null;
    }
  | { readonly state: 'withheld' | 'erased' | 'expired' | 'external' | 'none' };

export interface FoundSpan {
  readonly start: number;
  readonly end: number;
  /** Corners in fractions of width and height, clockwise from the top left. */
  readonly box: readonly { x: number; y: number }[] | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly confidence: number;
}

export interface CategoryView {
  readonly category: string;
  readonly flagged: boolean;
  readonly score: number;
  readonly threshold: number | null;
  readonly severity: number;
  readonly contributions: readonly {
    partId: string;
    score: number;
    share: number;
    span: { unit: string; start: number; end: number } | null;
  }[];
}

export interface ReasonView {
  readonly code: string;
  readonly action: string;
  readonly category: string;
  readonly partId: string;
  readonly modality: string;
  readonly score: number | null;
  readonly threshold: number | null;
  readonly rule: string;
  readonly box: readonly { x: number; y: number }[] | null;
  readonly span: { unit: string; start: number; end: number } | null;
}

export interface ConflictView {
  readonly category: string;
  readonly highPartId: string;
  readonly highScore: number;
  readonly lowPartId: string;
  readonly lowScore: number;
}

/** Milliseconds since the epoch on the broker's clock. */
export interface Waterfall {
  readonly openedAtMs: number;
  readonly deadlineMs: number;
  readonly lastPartAtMs: number;
  readonly decidedAtMs: number;
  readonly parts: readonly { partId: string; embeddedAtMs: number }[];
}

export interface ReviewView {
  readonly reviewId: string;
  readonly reviewerId: string;
  readonly kind: 'queue' | 'appeal' | 'second_opinion';
  readonly action: string;
  readonly categories: readonly string[];
  readonly note: string;
  readonly judgedVersion: number;
  readonly judgedRevision: number;
  readonly reviewedAtMs: number;
  /** `pending` until fusion's revision was seen. */
  readonly state: 'pending' | 'applied' | 'stale';
}

export interface AppealView {
  readonly appealId: string;
  readonly version: number;
  readonly revision: number;
  readonly statement: string;
  readonly filedAtMs: number;
  readonly outcome: 'open' | 'upheld' | 'overturned';
}

/** POST /api/v1/items/:tenant/:itemId/explain {version, partId, category}. By occlusion, hence approximate. */
export interface WordWeights {
  readonly category: string;
  readonly partId: string;
  /** Probability of the whole text, the encoder and head run here. */
  readonly score: number;
  readonly approximate: true;
  /** In code points; weight = score minus the score without the word. */
  readonly words: readonly { start: number; end: number; weight: number }[];
}
