import { type JoinRecord, TOPIC } from '@tercet/contracts';
import type { ItemLimits } from '@tercet/items';
import { InvalidInputError } from '@tercet/kit';
import { type ItemPlan, type Pins, planItem } from './plan-item.js';
import { type IncomingRecord, readItem, readReview } from './read-record.js';

/** The pins for a policy id; undefined where the deployment has no such policy. Empty: the default policy. */
export type FindPins = (policyId: string) => Pins | undefined;

/** What becomes of one record. */
export type Prepared =
  | { readonly kind: 'open'; readonly join: JoinRecord; readonly plan: ItemPlan }
  | { readonly kind: 'erase' | 'review'; readonly join: JoinRecord }
  | { readonly kind: 'dead'; readonly error: InvalidInputError };

/** Reads and plans one record of `items` or `reviews`; pure. */
export function prepareRecord(
  topic: string,
  record: IncomingRecord,
  limits: ItemLimits,
  findPins: FindPins,
): Prepared {
  try {
    return topic === TOPIC.reviews ? prepareReview(record) : prepareItem(record, limits, findPins);
  } catch (error) {
    if (error instanceof InvalidInputError) return { kind: 'dead', error };
    throw error;
  }
}

function prepareItem(record: IncomingRecord, limits: ItemLimits, findPins: FindPins): Prepared {
  const item = readItem(record, limits);
  const { key: itemKey, version } = item;
  if (item.operation === 'erase') {
    return { kind: 'erase', join: { itemKey, version, body: { $case: 'itemErased', value: {} } } };
  }
  const pins = findPins(item.policy);
  if (!pins) throw new InvalidInputError('unknown_policy');
  const plan = planItem(item, pins);
  return { kind: 'open', join: plan.opened, plan };
}

function prepareReview(record: IncomingRecord): Prepared {
  const review = readReview(record);
  const { itemKey, version } = review;
  return { kind: 'review', join: { itemKey, version, body: { $case: 'itemReviewed', value: { review } } } };
}
