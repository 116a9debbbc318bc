import type { AheadAnswer } from './ahead-items.js';
import type { PutOutcome } from './outcomes.js';

/** One record of `embeddings` as the join's state takes it. `payload` is opaque to the state and comes back in take. */
export type PutRecord = {
  readonly itemKey: string;
  readonly version: bigint;
  readonly offset: bigint;
  /** Broker's append time, milliseconds since the epoch. */
  readonly timeMs: number;
  readonly payload: Uint8Array;
} & PutBody;

export type PutBody =
  | { readonly kind: 'opened'; readonly partIds: readonly string[]; readonly deadlineMs: number }
  /** `digest` tells two encoders' vectors of one part apart. */
  | { readonly kind: 'embedded'; readonly partId: string; readonly digest: string }
  | { readonly kind: 'failed'; readonly partId: string }
  | { readonly kind: 'erased' }
  | { readonly kind: 'reviewed'; readonly revision: number }
  | { readonly kind: 'redecide' };

/** A version that a later record overtook and that still owes its decision. */
export interface Overtaken {
  readonly kind: 'superseded' | 'erased';
  readonly version: bigint;
  readonly revision: number;
  readonly appliedOffset: bigint;
}

/** What came of one part; the payload is the one put. */
export interface StoredPart {
  readonly partId: string;
  readonly kind: 'embedded' | 'failed';
  readonly digest: string;
  readonly payload: Uint8Array;
}

/** An item with something to decide, as take answers it. */
export interface DueItem {
  readonly itemKey: string;
  readonly version: bigint;
  /** Latest decided revision of `version`; 0: none. */
  readonly revision: number;
  readonly status: 'open' | 'decided' | 'erasing';
  /** Why a decided item is due again; empty otherwise. */
  readonly work: '' | 'late' | 'review' | 'redecide';
  /** In ascending order of version; to be published before anything of `version`. */
  readonly overtaken: readonly Overtaken[];
  /** Every expected part has an outcome. */
  readonly complete: boolean;
  readonly deadlineMs: number;
  /** Offset of the opening; of no meaning where `opened` is not one. */
  readonly openedOffset: bigint;
  readonly openedAtMs: number;
  /** Highest offset that the state of the item reflects, and its append time. */
  readonly lastOffset: bigint;
  readonly lastTimeMs: number;
  /** Payload of the opening or of the erasure; undefined for a review of an item whose parts are gone. */
  readonly opened: Uint8Array | undefined;
  readonly parts: readonly StoredPart[];
  readonly review: Uint8Array | undefined;
  readonly redecide: Uint8Array | undefined;
  /** Bytes of the latest decision; set where `work` is review. */
  readonly judged: Uint8Array | undefined;
}

/** A decision that stands committed on `decisions`. */
export interface MarkRecord {
  readonly itemKey: string;
  readonly version: bigint;
  readonly revision: number;
  readonly status: 'decided' | 'superseded' | 'erased';
  readonly human: boolean;
  /** No expected part was pending. */
  readonly complete: boolean;
  readonly appliedOffset: bigint;
  /** `inOffset` of the state that it was taken from; undefined: not known, or of no matter to the state. */
  readonly inOffset: bigint | undefined;
  /** Offset of the opening that was decided; undefined: not known, or no opening was. */
  readonly openedOffset: bigint | undefined;
  readonly tombstoneTtlMs: number;
  readonly lookupTtlMs: number;
  readonly decision: Uint8Array;
}

/** What an owner finds: the highest applied offset, and where reading `decisions` must go on. */
export interface StatePosition {
  readonly dataSet: string;
  readonly inOffset: bigint;
  readonly decisionsOffset: bigint;
  /** Until `inOffset` reaches it, an absent item is not known to be unknown. */
  readonly readyOffset: bigint;
}

/** Figures that every writing call answers. */
export interface StateFigures {
  /** Estimated bytes of all open items of the partition. */
  readonly bytes: number;
  /** Offset of `embeddings` from which a rebuild must read. */
  readonly openLow: bigint;
  /** A take before this time finds nothing, as things stand; Infinity: nothing waits for a time. */
  readonly nextDueMs: number;
}

export interface PutAnswer extends StateFigures {
  /** One per record, in order. */
  readonly outcomes: readonly PutOutcome[];
}

export interface TakeAnswer extends StateFigures {
  readonly items: readonly DueItem[];
  /** More is due than was taken. */
  readonly more: boolean;
  /** Items with a due time. */
  readonly open: number;
  /** Append time of the oldest open item; undefined where none is open. */
  readonly oldestOpenedAtMs: number | undefined;
}

export interface SweepAnswer {
  /** Keys that were removed. */
  readonly removed: number;
  /** Where to go on; undefined: that was all. */
  readonly next: string | undefined;
}

/**
 * One owner's hold on the state of one partition. Every method throws LostError, having changed nothing, where the
 * state is not exactly what this hold wrote last, and UnavailableError `redis_unavailable` where the outcome is unknown;
 * after either the hold is over. `overloaded` from put alone: refused for want of memory, and the hold goes on.
 */
export interface JoinHold {
  readonly position: StatePosition;
  put(records: readonly PutRecord[], inOffset: bigint): Promise<PutAnswer>;
  /** Items may be decided before they are put; not where decided ones keep their parts for a late window. */
  readonly decidesAhead: boolean;
  /** Some of the records may make items complete that {@link ahead} answers. */
  mayBeAhead(records: readonly PutRecord[]): boolean;
  /**
   * Items that records, the next ones of the log, make complete, and that the state knows nothing else of: to be decided, and marked, instead
   * of being put. Changes nothing.
   */
  ahead(records: readonly PutRecord[]): Promise<AheadAnswer>;
  take(untilMs: number): Promise<TakeAnswer>;
  /**
   * @throws DivergedError where the state has put records beyond the `inOffset` of a decision that it does not know. Nothing
   * was marked, and the hold may only be replaced.
   */
  mark(decisions: readonly MarkRecord[], decisionsOffset?: bigint): Promise<StateFigures>;
  /** Makes a data set begun by {@link JoinStore.rebuild} the partition's own. */
  adopt(readyOffset: bigint): Promise<void>;
  /**
   * Removes some of what other data sets of the partition left, beginning at `place`, an earlier answer's `next`. Runs beside the
   * other methods and is no part of their sequence: safe to be asked, and to arrive, at any time.
   * @throws LostError, having removed nothing, where the partition has another owner or another data set by then.
   */
  sweep(place?: string): Promise<SweepAnswer>;
}

/** The join's state by partition: Redis in production, a plain model in simulations. */
export interface JoinStore {
  /**
   * Becomes the owner of the state that is there; undefined where there is none. The state may be an old one: below
   * `readyOffset`, an absent item is not known to be unknown.
   */
  claim(partition: number, readyOffset: bigint): Promise<JoinHold | undefined>;
  /** Begins a new data set beside what is there, to be filled by mark and adopted. */
  rebuild(partition: number, inOffset: bigint, replaces: string | undefined): Promise<JoinHold>;
}

export interface JoinSettings {
  readonly lateWindowMs: number;
  readonly dedupeWindowMs: number;
  readonly maxTakeItems: number;
  readonly maxTakeBytes: number;
  /** Of payloads that a hold may keep itself, so that take need not bring them back. */
  readonly maxKeptBytes: number;
}
