import { setTimeout as delay } from 'node:timers/promises';
import type { Bus, BusProducer } from '@tercet/bus';
import { Item, itemKey, TOPIC } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import { type Contents, makeItem } from './contents.js';
import { versionId } from './ledger.js';

export interface LoadOptions {
  readonly seed: number;
  readonly items: number;
  readonly perSecond: number;
  readonly signal: AbortSignal;
}

const TICK_MS = 100;
const MAX_BATCH = 100;
/** Of a hundred items, so many are the edit of an earlier one. */
const EDITS_PERCENT = 4;
const EDIT_BEHIND = 20;

/** Puts items on `items` as upstream would, at a steady rate; behind an outage it catches up. */
export async function sendLoad(
  bus: Bus,
  contents: Contents,
  { seed, items, perSecond, signal }: LoadOptions,
  acknowledged: Set<string>,
): Promise<void> {
  const start = performance.now();
  let producer: BusProducer | undefined;
  for (let next = 0; next < items && !signal.aborted; ) {
    const due = Math.min(items, Math.floor(((performance.now() - start) / 1000) * perSecond) + 1);
    const batch = Array.from({ length: Math.min(MAX_BATCH, due - next) }, (_, n) =>
      itemAt(seed, next + n, contents),
    );
    if (batch.length === 0) {
      await delay(TICK_MS);
      continue;
    }
    try {
      producer ??= await bus.producer();
      await producer.send(
        batch.map((item) => ({
          topic: TOPIC.items,
          key: itemKey(item.tenant, item.itemId),
          value: Item.encode(item).finish(),
        })),
      );
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      // Sent again by a new producer, as an upstream does: twice on the log is harmless.
      await Promise.resolve(producer?.[Symbol.asyncDispose]()).catch(() => undefined);
      producer = undefined;
      await delay(TICK_MS);
      continue;
    }
    for (const item of batch) acknowledged.add(versionId(itemKey(item.tenant, item.itemId), item.version));
    next += batch.length;
  }
  await producer?.[Symbol.asyncDispose]();
}

function itemAt(seed: number, index: number, contents: Contents): Item {
  const isEdit = index >= EDIT_BEHIND && index % 100 >= 100 - EDITS_PERCENT;
  return isEdit ? makeItem(seed, index - EDIT_BEHIND, 2n, contents) : makeItem(seed, index, 1n, contents);
}
