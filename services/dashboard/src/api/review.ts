import type { DecisionSummary } from './decisions.js';

/** GET /api/v1/queues: those that the caller may see. */
export interface QueueSummary {
  readonly name: string;
  readonly title: string;
  readonly waiting: number;
  readonly claimed: number;
  readonly oldestAtMs: number | null;
  /** Content of its cases is never rendered. */
  readonly restricted: boolean;
}

export interface CaseSummary {
  readonly id: string;
  readonly queue: string;
  /** Of a golden case nobody is told before it is answered. */
  readonly kind: 'review' | 'appeal' | 'second_opinion';
  readonly tenant: string;
  readonly itemId: string;
  readonly version: number;
  readonly revision: number;
  readonly action: string;
  readonly topCategory: string | null;
  readonly severity: number;
  readonly reach: number;
  readonly reports: number;
  readonly openedAtMs: number;
  /** Severity x reach x reports x age, as docs/dashboard.md defines; moves while people work. */
  readonly priority: number;
  readonly claimedBy: string | null;
  readonly leaseExpiresAtMs: number | null;
  readonly preserved: boolean;
  /** What the asker of a second opinion wants to be looked at; absent elsewhere. */
  readonly note?: string;
}

/** GET /api/v1/queues/:queue/cases?limit=N: highest priority first. */
export interface CaseList {
  readonly cases: readonly CaseSummary[];
}

// POST /api/v1/queues/:queue/claim  -> 200 {case: CaseSummary} the next one; 204 where none waits; 409 `break_due`.
// POST /api/v1/cases/:id/claim      -> 200 {case}; 409 `already_claimed`.
// POST /api/v1/cases/:id/renew      -> 200 {case}; 409 `lease_lost`.
// POST /api/v1/cases/:id/release    -> 204.
// POST /api/v1/cases/:id/preserve {preserved: boolean} -> 200 {case}.
// POST /api/v1/cases/:id/second-opinion {note} -> 201 {case: CaseSummary} the new case, which its asker cannot claim.

/** POST /api/v1/cases/:id/review. The caller must hold the lease. */
export interface ReviewRequest {
  /** The revision that was on the screen; 409 `stale_revision` with {latest: DecisionSummary} where it is not the latest. */
  readonly judgedVersion: number;
  readonly judgedRevision: number;
  readonly action: 'allow' | 'flag' | 'review' | 'block';
  readonly modifiers: readonly string[];
  readonly categories: readonly string[];
  readonly note: string;
  /** For appeals only. */
  readonly outcome?: 'upheld' | 'overturned';
}

export interface ReviewAnswer {
  readonly reviewId: string;
  /** Until then POST /api/v1/reviews/:id/undo sends the word before it as a further review. */
  readonly undoUntilMs: number;
  /** The answer was known: it is kept for quality, makes no revision and is not undone. */
  readonly golden: boolean;
}

/** GET /api/v1/quality?days=N, for leads. */
export interface Quality {
  /** Cohen's kappa over pairs of first and second opinions; null below 2 pairs. */
  readonly agreement: { readonly pairs: number; readonly equal: number; readonly kappa: number | null };
  readonly golden: { readonly answered: number; readonly right: number };
  /** Model's action against the human's, counts. */
  readonly matrix: readonly { model: string; human: string; count: number }[];
  readonly secondsPerCase: { readonly p50: number | null; readonly p95: number | null };
  readonly byReviewer: readonly { reviewerId: string; cases: number; secondsPerCaseP50: number | null }[];
}

/** GET/PUT /api/v1/settings/wellness: PUT for admins. The person's own comfort is kept in the browser. */
export interface WellnessSettings {
  /** 0: no limit. */
  readonly maxCasesPerHour: number;
  /** A break is due after so long at work; 0: never. */
  readonly breakAfterMinutes: number;
  readonly breakMinutes: number;
  readonly blur: boolean;
  readonly grey: boolean;
  readonly muted: boolean;
}

/** What a server event of `GET /api/v1/queues/stream` says: something of this queue changed; ask again. */
export interface QueueChanged {
  readonly queue: string;
}

export interface StaleRevision {
  readonly latest: DecisionSummary;
}
