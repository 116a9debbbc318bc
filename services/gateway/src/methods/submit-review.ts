import {
  LookupState,
  Review,
  type SubmitReviewRequest,
  type SubmitReviewResponse,
  TOPIC,
} from '@tercet/contracts';
import { validateReview } from '@tercet/items';
import { InvalidInputError } from '@tercet/kit';
import type { LookUp } from '../lookup.js';
import type { SendOne } from '../publisher.js';
import type { Method } from '../unary.js';

/**
 * Puts a review on `reviews` where its revision is the latest one. Fusion checks again: a revision may come
 * between.
 */
export function submitReview(
  lookUp: LookUp,
  send: SendOne,
): Method<SubmitReviewRequest, SubmitReviewResponse> {
  return async ({ review }) => {
    if (!review) throw new InvalidInputError('bad_request', 'review');
    const { itemKey, version, revision, reviewId } = validateReview(review);
    const { state, decision } = await lookUp(itemKey);
    const latest = state === LookupState.DECIDED && decision !== undefined;
    if (!latest || decision.version !== version || decision.revision !== revision) {
      throw new InvalidInputError('stale_review');
    }
    await send({ topic: TOPIC.reviews, key: itemKey, value: Review.encode(review).finish() });
    return { reviewId };
  };
}
