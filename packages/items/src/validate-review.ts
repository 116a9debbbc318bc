import { ACTIONS, MODIFIERS, type Review, ReviewKind, splitItemKey } from '@tercet/contracts';
import { InvalidInputError } from '@tercet/kit';
import { isId, isName } from './names.js';

const MAX_REVIEW_ID_BYTES = 128;
const MAX_REVIEWER_ID_BYTES = 256;
const MAX_ITEM_ID_BYTES = 256;
const MAX_NOTE_CHARS = 2000;
const MAX_CATEGORIES = 64;
const MAX_CATEGORY_BYTES = 128;

/**
 * Checks a review by the rules of review.proto.
 * @throws InvalidInputError `bad_review`; its detail names the field, never its value.
 */
export function validateReview(review: Review): Review {
  const item = splitItemKey(review.itemKey);
  check(isId(review.reviewId, MAX_REVIEW_ID_BYTES), 'review_id');
  check(item !== undefined && isName(item.tenant) && isId(item.itemId, MAX_ITEM_ID_BYTES), 'item_key');
  check(review.version >= 1n, 'version');
  check(review.revision >= 1, 'revision');
  check((ACTIONS as readonly string[]).includes(review.action), 'action');
  check(isSetOf(review.modifiers, MODIFIERS.length, isModifier), 'modifiers');
  check(isSetOf(review.categories, MAX_CATEGORIES, isCategory), 'categories');
  check(isId(review.reviewerId, MAX_REVIEWER_ID_BYTES), 'reviewer_id');
  check(ReviewKind[review.kind] !== undefined && review.kind !== ReviewKind.UNRECOGNIZED, 'kind');
  check([...review.note].length <= MAX_NOTE_CHARS, 'note');
  check(review.reviewedAtMs >= 0n, 'reviewed_at_ms');
  return review;
}

function check(holds: boolean, field: string): void {
  if (!holds) throw new InvalidInputError('bad_review', field);
}

function isSetOf(values: readonly string[], max: number, test: (value: string) => boolean): boolean {
  return values.length <= max && new Set(values).size === values.length && values.every(test);
}

function isModifier(value: string): boolean {
  return (MODIFIERS as readonly string[]).includes(value);
}

function isCategory(value: string): boolean {
  return isId(value, MAX_CATEGORY_BYTES);
}
