import type { DecisionRow } from '../ingest/decision-row.js';
import { type QueueList, queueFor } from './queue-list.js';

/** A case that is open for an item, as planning sees it. */
export interface OpenCase {
  readonly id: string;
  readonly kind: 'review' | 'appeal' | 'second_opinion';
  readonly version: bigint;
  readonly revision: number;
  /** Of the decision that it was opened or last moved for. */
  readonly action: string;
}

/** A review that was sent and whose outcome is not known. */
export interface PendingReview {
  readonly reviewId: string;
  readonly caseId: string | null;
  readonly kind: string;
  readonly version: bigint;
  readonly revision: number;
}

export type CaseChange =
  | { readonly do: 'open'; readonly queue: string; readonly excluded: readonly string[] }
  | { readonly do: 'move'; readonly caseId: string }
  | {
      readonly do: 'close';
      readonly caseId: string;
      readonly by: 'erased' | 'superseded' | 'decided_elsewhere' | 'redecided';
    }
  | { readonly do: 'mark_stale'; readonly reviewId: string }
  | { readonly do: 'reopen'; readonly caseId: string };

/**
 * What the latest decision of an item does to its cases. A case follows its item version from revision to revision while
 * there is something to judge; an erasure and a newer version end it. A review that another revision overtook is stale,
 * and its case comes back.
 * @param pending reviews of the item that are neither applied nor stale; the one that made this decision is not among them.
 * @param isUndo whether the decision is a review's that takes another one back: its case was opened again.
 */
export function planCases(
  decision: DecisionRow,
  open: readonly OpenCase[],
  pending: readonly PendingReview[],
  queues: QueueList,
  isUndo = false,
): CaseChange[] {
  const changes: CaseChange[] = [];
  const reopened = planReviews(decision, open, pending, changes);
  const kept = open.filter((one) => planOpenCase(decision, one, isUndo, changes));
  const isWaiting = kept.some(({ kind }) => kind !== 'appeal') || reopened.some((kind) => kind !== 'appeal');
  if (decision.status === 'decided' && decision.action === 'review' && !isWaiting) {
    changes.push({
      do: 'open',
      queue: queueFor(queues, routedBy(decision), 'review'),
      // Who could not decide it is not asked again.
      excluded: decision.reviewer_id === null ? [] : [decision.reviewer_id],
    });
  }
  return changes;
}

/** What of a decision chooses the queue. */
export function routedBy({ categories, policy_id, restricted }: DecisionRow) {
  return { categories, policyId: policy_id, restricted };
}

function planOpenCase(decision: DecisionRow, one: OpenCase, isUndo: boolean, changes: CaseChange[]): boolean {
  const close = (by: (CaseChange & { do: 'close' })['by']): false => {
    changes.push({ do: 'close', caseId: one.id, by });
    return false;
  };
  if (decision.status === 'erased') return close('erased');
  if (decision.status === 'superseded' || decision.version > one.version) return close('superseded');
  if (decision.version < one.version || decision.revision <= one.revision) return true;
  if (one.kind === 'review' && decision.action !== 'review' && !isUndo) {
    if (decision.human) return close('decided_elsewhere');
    // A case that reports opened did not depend on the action.
    if (one.action === 'review') return close('redecided');
  }
  changes.push({ do: 'move', caseId: one.id });
  return true;
}

/** Kinds of the cases that come back. */
function planReviews(
  decision: DecisionRow,
  open: readonly OpenCase[],
  pending: readonly PendingReview[],
  changes: CaseChange[],
): string[] {
  const reopened: string[] = [];
  for (const review of pending) {
    const isOvertaken =
      decision.version > review.version ||
      (decision.version === review.version && decision.revision > review.revision);
    if (!isOvertaken) continue;
    changes.push({ do: 'mark_stale', reviewId: review.reviewId });
    const kind = review.kind === 'queue' ? 'review' : review.kind;
    const isLive = decision.status === 'decided' && decision.version === review.version;
    const isWanted = kind === 'review' ? decision.action === 'review' : isLive;
    if (review.caseId === null || !isLive || !isWanted || open.some((one) => one.kind === kind)) continue;
    changes.push({ do: 'reopen', caseId: review.caseId });
    reopened.push(kind);
  }
  return reopened;
}
