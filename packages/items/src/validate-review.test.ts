import { Review, type ReviewKind } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import { validateReview } from './validate-review.js';

const review = (change: Partial<Review> = {}) =>
  Review.fromPartial({
    reviewId: 'r-1',
    itemKey: 'acme/post/1',
    version: 1n,
    revision: 2,
    action: 'block',
    modifiers: ['label'],
    categories: ['spam/scam'],
    reviewerId: 'reviewer-7',
    ...change,
  });

describe('validateReview', () => {
  it('accepts a review', () => {
    expect(validateReview(review())).toEqual(review());
  });

  it.each<[string, Partial<Review>]>([
    ['review_id', { reviewId: '' }],
    ['item_key', { itemKey: 'no-slash' }],
    ['item_key', { itemKey: 'a b/1' }],
    ['version', { version: 0n }],
    ['revision', { revision: 0 }],
    ['action', { action: 'delete' }],
    ['modifiers', { modifiers: ['sparkle'] }],
    ['modifiers', { modifiers: ['label', 'label'] }],
    ['categories', { categories: [''] }],
    ['reviewer_id', { reviewerId: '' }],
    ['kind', { kind: 9 as ReviewKind }],
    ['note', { note: 'x'.repeat(2001) }],
    ['reviewed_at_ms', { reviewedAtMs: -1n }],
  ])('refuses a bad %s and names it', (detail, change) => {
    expect(() => validateReview(review(change))).toThrow(new RegExp(`^bad_review: ${detail}$`));
  });
});
