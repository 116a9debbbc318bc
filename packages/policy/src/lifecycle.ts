import {
  type Action,
  Decision,
  DecisionCause,
  DecisionStatus,
  decisionId,
  splitItemKey,
} from '@tercet/contracts';
import type { Erased, Reviewed, Superseded } from './api.js';
import { compareCodeUnits } from './canonical-json.js';
import { itemReason } from './reasons.js';

/** See {@link Superseded}. */
export const superseded: Superseded = (key, version, revision, appliedOffset) =>
  bare(key, version, revision, appliedOffset, DecisionStatus.SUPERSEDED, DecisionCause.SUPERSEDED);

/** See {@link Erased}. */
export const erased: Erased = (key, version, revision, appliedOffset) =>
  bare(key, version, revision, appliedOffset, DecisionStatus.ERASED, DecisionCause.ERASED);

/** See {@link Reviewed}. `flagged` stays the machine's, as the categories do. */
export const reviewed: Reviewed = (judged, review, revision, appliedOffset) => ({
  ...judged,
  decisionId: decisionId(judged.itemKey, judged.version, revision),
  revision,
  status: DecisionStatus.DECIDED,
  cause: DecisionCause.REVIEW,
  action: review.action,
  modifiers: [...new Set(review.modifiers)].sort(compareCodeUnits),
  reasons: [
    itemReason('human', review.action as Action),
    ...judged.reasons.filter((reason) => reason.code !== 'human'),
  ],
  human: { reviewId: review.reviewId, reviewerId: review.reviewerId, judgedRevision: judged.revision },
  appliedOffset,
});

function bare(
  key: string,
  version: bigint,
  revision: number,
  appliedOffset: bigint,
  status: DecisionStatus,
  cause: DecisionCause,
): Decision {
  const { tenant = '', itemId = '' } = splitItemKey(key) ?? {};
  return Decision.fromPartial({
    decisionId: decisionId(key, version, revision),
    itemKey: key,
    tenant,
    itemId,
    version,
    revision,
    status,
    cause,
    severitySource: 'policy',
    appliedOffset,
  });
}
