import type { Review } from '@tercet/contracts';
import {
  decodeItem,
  decodeReview,
  type Encoded,
  type ItemLimits,
  type ValidItem,
  validateItem,
  validateReview,
} from '@tercet/items';
import { InvalidInputError } from '@tercet/kit';

/** A record of `items` or `reviews` as far as reading it goes. */
export interface IncomingRecord extends Encoded {
  readonly key: Uint8Array | undefined;
}

/**
 * Reads an item and holds its key against the record's.
 * @throws InvalidInputError where no item can be opened from the record: a dead letter.
 */
export function readItem(record: IncomingRecord, limits: ItemLimits): ValidItem {
  const { item, brokenTexts } = decodeItem(record);
  const valid = validateItem(item, limits, brokenTexts);
  checkKey(record.key, valid.key);
  return valid;
}

/**
 * Reads a review and holds its item key against the record's.
 * @throws InvalidInputError where there is no review to forward: a dead letter.
 */
export function readReview(record: IncomingRecord): Review {
  const review = validateReview(decodeReview(record));
  checkKey(record.key, review.itemKey);
  return review;
}

/** Bytes are compared: a key that is not UTF-8 matches nothing. */
function checkKey(key: Uint8Array | undefined, expected: string): void {
  if (!key || !Buffer.from(expected, 'utf8').equals(key)) throw new InvalidInputError('key_mismatch');
}
