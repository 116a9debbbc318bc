/** A row of the live feed: one decision revision, without content. */
export interface DecisionSummary {
  /** Position in the feed; strictly grows; also the event id of the stream. */
  readonly seq: number;
  readonly decisionId: string;
  readonly tenant: string;
  readonly itemId: string;
  readonly version: number;
  readonly revision: number;
  readonly status: 'decided' | 'superseded' | 'erased';
  readonly cause: string;
  /** Empty for superseded and erased. */
  readonly action: string;
  readonly modifiers: readonly string[];
  /** The flagged category with the highest severity, then score; null where none. */
  readonly topCategory: string | null;
  readonly topScore: number | null;
  /** 0..7 of the whole item. */
  readonly severity: number;
  readonly categories: readonly string[];
  readonly modalities: readonly string[];
  readonly missing: readonly string[];
  readonly languages: readonly string[];
  readonly conflict: boolean;
  readonly uncertainty: number;
  readonly policyId: string;
  readonly policyVersion: string;
  readonly human: boolean;
  /** Milliseconds since the epoch, from the decision's timings header; null where it has none. */
  readonly decidedAtMs: number | null;
  /** From the opening to the decision. */
  readonly latencyMs: number | null;
  /** True for items of the restricted queue: nothing of their content is ever shown. */
  readonly restricted: boolean;
}

/** GET /api/v1/decisions and its stream take these as query parameters; absent = any. Lists are comma-separated. */
export interface DecisionFilter {
  readonly action?: string;
  readonly category?: string;
  readonly modality?: string;
  readonly language?: string;
  readonly tenant?: string;
  /** `id` or `id@version`. */
  readonly policy?: string;
  readonly conflict?: boolean;
  readonly missing?: boolean;
  readonly human?: boolean;
  /** Prefix of the item id. */
  readonly item?: string;
}

/** GET /api/v1/decisions?before=SEQ&limit=N (newest first, at most 200). */
export interface DecisionPage {
  readonly decisions: readonly DecisionSummary[];
  /** Pass as `before` for the next page; null at the end. */
  readonly next: number | null;
}

/** GET /api/v1/facets: values that the filters can take. */
export interface Facets {
  readonly actions: readonly string[];
  readonly categories: readonly string[];
  readonly modalities: readonly string[];
  readonly languages: readonly string[];
  readonly tenants: readonly string[];
  readonly policies: readonly string[];
}

/** GET /api/v1/rates?minutes=N (1..1440): one point per minute, oldest first, empty minutes included. */
export interface Rates {
  /** Seconds since the epoch. */
  readonly minutes: readonly number[];
  /** Decisions per minute, by action. */
  readonly byAction: Readonly<Record<string, readonly number[]>>;
  readonly latencyMs: {
    readonly p50: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
    readonly p99: readonly (number | null)[];
  };
}

// GET /api/v1/decisions/stream (text/event-stream): `event: decision`, `id: SEQ`, data: DecisionSummary[] (a batch; the id is
// the last one's). Last-Event-ID or ?after=SEQ resumes. `event: heartbeat` every 10 s. `event: behind` with {skipped}
// where a client is too slow: it goes on at the newest and reloads its page.
