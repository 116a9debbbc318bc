import type {
  Decision,
  DecisionCause,
  ExpectedPart,
  HeadSetRef,
  ItemOpened,
  PartEmbedded,
  PartEmpty,
  PartFailed,
  PolicyRef,
  Review,
} from '@tercet/contracts';

/** What had come of one expected part when the decision was made. */
export type PartOutcome =
  | { readonly kind: 'embedded'; readonly record: PartEmbedded }
  | { readonly kind: 'empty'; readonly record: PartEmpty }
  | { readonly kind: 'failed'; readonly record: PartFailed }
  | { readonly kind: 'pending'; readonly code: 'timeout' | 'overload' };

export interface PartState {
  readonly part: ExpectedPart;
  readonly outcome: PartOutcome;
}

/** Everything that a decision is a function of, beside policy and heads. */
export interface DecideInput {
  readonly itemKey: string;
  readonly version: bigint;
  readonly revision: number;
  readonly cause: DecisionCause;
  readonly opened: ItemOpened;
  /** One per expected part, in the manifest's order. */
  readonly parts: readonly PartState[];
  /** Highest offset of `embeddings` reflected. */
  readonly appliedOffset: bigint;
  /** Offset of `opened` in `embeddings`; undefined: it does not come from there. */
  readonly openedOffset?: bigint | undefined;
}

/** A parsed and checked policy. `parsePolicy` makes one; nothing else does. */
export interface Policy {
  readonly ref: PolicyRef;
  /** The checked document; its shape is this package's own affair (policy-document.ts). */
  readonly document: unknown;
}

/** Heads loaded and checked. `parseHeadSet` makes one. */
export interface HeadSet {
  readonly ref: HeadSetRef;
  /** Digests of the models for which the set has a head. */
  readonly modelDigests: ReadonlySet<string>;
}

/**
 * The pure core: same input, policy and heads give the same Decision, byte for byte once encoded.
 * `policy` undefined: the pinned policy is not known here; the item goes to `review` with reason `policy_not_found`.
 * `headSet` undefined: likewise, with reason `incomplete` and rule `head_set_not_found`.
 */
export type Decide = (
  input: DecideInput,
  policy: Policy | undefined,
  headSet: HeadSet | undefined,
) => Decision;

/** Decision of a version that a newer one overtook: no scores, no action. */
export type Superseded = (key: string, version: bigint, revision: number, appliedOffset: bigint) => Decision;

/** Decision of an erased item: no content, no scores. */
export type Erased = (key: string, version: bigint, revision: number, appliedOffset: bigint) => Decision;

/** A human's revision of `judged`: the machine's scores stay, action and modifiers are the reviewer's. */
export type Reviewed = (
  judged: Decision,
  review: Review,
  revision: number,
  appliedOffset: bigint,
) => Decision;
