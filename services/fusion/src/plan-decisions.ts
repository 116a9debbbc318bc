import type { SpanContext } from '@opentelemetry/api';
import {
  Decision,
  DecisionCause,
  DecisionStatus,
  type DecisionTimings,
  type ItemOpened,
  ItemRedecide,
  Review,
  readItemOpened,
} from '@tercet/contracts';
import type { DueItem } from '@tercet/join-state';
import { asTercetError } from '@tercet/kit';
import { decide, erased, type PartOutcome, reviewed, superseded } from '@tercet/policy';
import type { PolicyShelf } from './policy-shelf.js';
import { readParts } from './read-parts.js';
import { unpackPayload } from './stored-payload.js';

/** A decision to be published. */
export interface PlannedDecision {
  readonly itemKey: string;
  readonly decision: Decision;
  /** No expected part was pending. */
  readonly complete: boolean;
  readonly timings: Omit<DecisionTimings, 'decidedAtMs'>;
  /** The item's trace, and those of the records that the decision reflects. */
  readonly parent: SpanContext | undefined;
  readonly links: readonly SpanContext[];
  /** Set where scoring threw and the parts were decided as failed. */
  readonly trouble?: Error | undefined;
}

/** Under which the take was made. */
export interface TakeClock {
  /** Broker's clock up to which the state is whole. */
  readonly untilMs: number;
  /** The partition is paused for memory: the clock alone decides. */
  readonly overloaded: boolean;
}

/**
 * Every decision that a due item owes, in the order in which they must be published: overtaken versions first. Pure:
 * the same item, clock and shelf give the same decisions.
 */
export function planDecisions(item: DueItem, clock: TakeClock, shelf: PolicyShelf): PlannedDecision[] {
  const opening = item.opened === undefined ? undefined : unpackPayload(item.opened);
  const trace = opening?.trace;
  const planned: PlannedDecision[] = [];
  for (const { kind, version, revision, appliedOffset } of item.overtaken) {
    const overtaken = kind === 'erased' ? erased : superseded;
    planned.push(plan(item, false, trace, bare(overtaken(item.itemKey, version, revision, appliedOffset))));
  }
  const revision = item.revision + 1;
  if (item.status === 'erasing') {
    const decision = erased(item.itemKey, item.version, revision, item.lastOffset);
    planned.push(plan(item, false, trace, bare(decision)));
  } else if (item.work === 'review') {
    const review = planReview(item, revision);
    if (review) planned.push(plan(item, item.complete, review.trace, bare(review.decision)));
  } else {
    const cause = causeOf(item, clock);
    if (cause !== undefined && opening !== undefined) {
      const decided = decideItem(item, readItemOpened(opening.body), cause, revision, shelf);
      planned.push(plan(item, item.complete, trace, decided));
    }
  }
  return planned;
}

/** What was decided, and what it came from. */
type Decided = Pick<PlannedDecision, 'decision' | 'links' | 'trouble'>;

const bare = (decision: Decision): Decided => ({ decision, links: [], trouble: undefined });

function plan(
  item: DueItem,
  complete: boolean,
  parent: SpanContext | undefined,
  { decision, links, trouble }: Decided,
): PlannedDecision {
  const { itemKey, openedAtMs, lastTimeMs: lastPartAtMs, deadlineMs } = item;
  const timings = { openedAtMs, lastPartAtMs, deadlineMs };
  return { itemKey, decision, complete, timings, parent, links, trouble };
}

/** Why the item's own version is decided now; undefined where only overtaken versions are due. */
function causeOf(item: DueItem, clock: TakeClock): DecisionCause | undefined {
  if (item.status === 'decided')
    return item.work === 'late'
      ? DecisionCause.LATE_PART
      : item.work === 'redecide'
        ? DecisionCause.REDECIDE
        : undefined;
  if (item.complete) return DecisionCause.COMPLETE;
  if (item.deadlineMs > clock.untilMs) return undefined;
  return clock.overloaded ? DecisionCause.OVERLOAD : DecisionCause.DEADLINE;
}

function decideItem(
  item: DueItem,
  pinned: ItemOpened,
  cause: DecisionCause,
  revision: number,
  shelf: PolicyShelf,
): Decided {
  const opened = repinned(pinned, item.redecide);
  const headSet = shelf.headSet(opened.headSet);
  const pendingCode = cause === DecisionCause.OVERLOAD ? 'overload' : 'timeout';
  const { parts, traces } = readParts(opened, item.parts, headSet, pendingCode);
  const { itemKey, version, lastOffset: appliedOffset, openedOffset } = item;
  const input = { itemKey, version, revision, cause, opened, parts, appliedOffset, openedOffset };
  const policy = shelf.policy(opened.policy);
  try {
    return { decision: decide(input, policy, headSet), links: traces, trouble: undefined };
  } catch (error) {
    // One item must never hold the partition up: its parts count as failed, and the policy says what that gets.
    const failed = parts.map(({ part }) => ({ part, outcome: crashed(part.partId, part.modality) }));
    return {
      decision: decide({ ...input, parts: failed }, policy, headSet),
      links: traces,
      trouble: asTercetError(error),
    };
  }
}

const crashed = (partId: string, modality: string): PartOutcome => ({
  kind: 'failed',
  record: { partId, modality, code: 'crashed', detail: 'scoring failed' },
});

function repinned(opened: ItemOpened, stored: Uint8Array | undefined): ItemOpened {
  if (stored === undefined) return opened;
  const { policy, headSet } = ItemRedecide.decode(unpackPayload(stored).body);
  return { ...opened, policy: policy ?? opened.policy, headSet: headSet ?? opened.headSet };
}

function planReview(
  item: DueItem,
  revision: number,
): { decision: Decision; trace: SpanContext | undefined } | undefined {
  if (item.review === undefined || item.judged === undefined) return undefined;
  const stored = unpackPayload(item.review);
  const judged = Decision.decode(item.judged);
  return {
    decision: reviewed(judged, Review.decode(stored.body), revision, item.lastOffset),
    trace: stored.trace,
  };
}

/** How a decision stands in the state's words. */
export function markStatus(decision: Decision): 'decided' | 'superseded' | 'erased' {
  if (decision.status === DecisionStatus.SUPERSEDED) return 'superseded';
  return decision.status === DecisionStatus.ERASED ? 'erased' : 'decided';
}
