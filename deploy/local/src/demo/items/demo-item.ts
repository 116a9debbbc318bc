import { Item, type Part } from '@tercet/contracts';

/** How an item should end. Held against its decision; nothing else knows it. */
export interface Expectation {
  /** `allow`; or `held`: any action but `allow`. */
  readonly action: 'allow' | 'held';
  /** The part and the categories, one of which must be the reason. */
  readonly because?: { readonly partId: string; readonly categories: readonly string[] };
  /** Parts that must be missing, each with the codes that would be right. */
  readonly missing?: Readonly<Record<string, readonly string[]>>;
  /** The window must have closed before the item was complete. */
  readonly atDeadline?: boolean;
}

/** One item version of the demo. */
export interface DemoItem {
  readonly item: Item;
  /** How it goes in: Kafka as protobuf, Kafka as JSON, or the gateway. */
  readonly door: 'kafka' | 'kafka-json' | 'grpc';
  readonly expect: Expectation;
}

export const TENANT = 'demo';

/** Long: a busy laptop, which reads speech slowly, is no reason to decide without a part. */
const WINDOW_MS = 180_000;

/** Builds one item. Version 1 by way of Kafka unless said otherwise. */
export function demoItem(
  itemId: string,
  parts: readonly Part[],
  expect: Expectation,
  options: { version?: number; door?: DemoItem['door']; windowMs?: number } = {},
): DemoItem {
  const { version = 1, door = 'kafka', windowMs = WINDOW_MS } = options;
  const item = Item.fromPartial({
    tenant: TENANT,
    itemId,
    version: BigInt(version),
    parts: [...parts],
    windowMs: BigInt(windowMs),
  });
  return { item, door, expect };
}

export const ALLOWED: Expectation = { action: 'allow' };

/** Held because of one part and one of the categories. */
export function heldBecause(partId: string, ...categories: string[]): Expectation {
  return { action: 'held', because: { partId, categories } };
}

/** Held because a part cannot be used. */
export function heldWithout(partId: string, ...codes: string[]): Expectation {
  return { action: 'held', missing: { [partId]: codes } };
}
