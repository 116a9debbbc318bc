import { Item, ItemOperation, itemKey, partitionOf, Review } from '@tercet/contracts';
import { type Contents, makeItem, TENANT } from './contents.js';

/** What upstream does at one moment of the load. */
export type LoadStep =
  | { readonly kind: 'item'; readonly item: Item; readonly door: 'topic' | 'gateway' }
  | { readonly kind: 'erase'; readonly item: Item }
  | { readonly kind: 'review'; readonly review: Review };

export interface LoadPlan {
  readonly seed: number;
  readonly contents: Contents;
  /** Of `embeddings`: one of them rests at any time. */
  readonly partitions: number;
}

/** So many items in a row spare the same partition. */
const REST_ITEMS = 600;
const EDIT_BEHIND = 20;
const REDELIVERY_BEHIND = 30;
const REVIEW_BEHIND = 40;

/**
 * What belongs to one index of the load: one opened version, and beside it, now and then, an older item delivered again
 * (3 %), an erasure (2 %) or a review (1 %). Of the versions 4 % are edits of an earlier item, and 2 % come in by the
 * gateway. A pure function of its arguments.
 */
export function stepsAt(plan: LoadPlan, index: number): LoadStep[] {
  const own = { kind: 'item', item: versionAt(plan, index), door: doorOf(index) } as const;
  const steps: LoadStep[] = [own];
  if (index % 33 === 0 && index >= REDELIVERY_BEHIND)
    steps.push({ kind: 'item', item: versionAt(plan, index - REDELIVERY_BEHIND), door: 'topic' });
  // One that is decided by then, and one that hardly is.
  if (index % 100 === 50) steps.push({ kind: 'erase', item: erasureOf(versionAt(plan, index - 25)) });
  if (index % 100 === 51) steps.push({ kind: 'erase', item: erasureOf(versionAt(plan, index - 1)) });
  if (index % 100 === 60) steps.push({ kind: 'review', review: reviewOf(plan, index - REVIEW_BEHIND) });
  return steps;
}

/** Which partition gets no new items at this index. */
export function restingAt(index: number, partitions: number): number {
  return Math.floor(index / REST_ITEMS) % partitions;
}

/** The version that an index opens. */
export function versionAt({ seed, contents, partitions }: LoadPlan, index: number): Item {
  const edited = index - EDIT_BEHIND;
  if (index % 100 >= 96 && edited >= 0) {
    const itemId = itemIdAt(seed, edited, partitions);
    if (partitionOf(itemKey(TENANT, itemId), partitions) !== restingAt(index, partitions))
      return makeItem({ seed, index, itemId, version: 2n }, contents);
  }
  return makeItem({ seed, index, itemId: itemIdAt(seed, index, partitions), version: 1n }, contents);
}

function itemIdAt(seed: number, index: number, partitions: number): string {
  const resting = restingAt(index, partitions);
  for (let attempt = 0; ; attempt += 1) {
    const itemId = `s${seed}-${index}${attempt === 0 ? '' : `-${attempt}`}`;
    // Of a single partition none can rest.
    if (partitions === 1 || partitionOf(itemKey(TENANT, itemId), partitions) !== resting) return itemId;
  }
}

function doorOf(index: number): 'topic' | 'gateway' {
  return index % 50 === 7 ? 'gateway' : 'topic';
}

function erasureOf({ tenant, itemId, version }: Item): Item {
  return Item.fromPartial({ tenant, itemId, version, operation: ItemOperation.ERASE });
}

function reviewOf(plan: LoadPlan, index: number): Review {
  const { tenant, itemId, version } = versionAt(plan, index);
  return Review.fromPartial({
    reviewId: `r${index}`,
    itemKey: itemKey(tenant, itemId),
    version,
    revision: 1,
    action: 'allow',
    reviewerId: 'chaos',
  });
}
