import { setTimeout as delay } from 'node:timers/promises';
import type { BusProducer, OutgoingRecord } from '@tercet/bus';
import { Item, itemKey, TOPIC } from '@tercet/contracts';
import { dueAt } from '../open-loop.js';
import { benchTexts } from '../texts.js';

const TICK_MS = 5;
const TENANT = 'bench';
const WINDOW_MS = 120_000;

/** When each item should have been sent, by item key; milliseconds since the epoch. */
export type Intended = ReadonlyMap<string, number>;

/** An item of one text as an upstream sends it. */
export function itemRecord(itemId: string, text: string): OutgoingRecord {
  const item = Item.fromPartial({
    tenant: TENANT,
    itemId,
    version: 1n,
    parts: [
      { partId: 'text', modality: 'text', mediaType: 'text/plain', content: { $case: 'text', value: text } },
    ],
    windowMs: BigInt(WINDOW_MS),
  });
  return { topic: TOPIC.items, key: itemKey(TENANT, itemId), value: Item.encode(item).finish() };
}

/**
 * Sends items at an even rate and waits for no answer, not even the broker's: what is due is sent, however long the
 * last send takes. Resolves when all are on the log.
 */
export async function sendItems(
  producer: BusProducer,
  load: { readonly name: string; readonly perSecond: number; readonly seconds: number },
): Promise<Intended> {
  const total = Math.round(load.perSecond * load.seconds);
  const texts = benchTexts(total, load.name.length + total);
  const intended = new Map<string, number>();
  const sends: Promise<unknown>[] = [];
  const startedAtMs = Date.now();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, dueAt(Date.now() - startedAtMs, load.perSecond));
    const records: OutgoingRecord[] = [];
    for (; sent < due; sent += 1) {
      const record = itemRecord(`${load.name}-${sent}`, texts[sent] ?? '');
      intended.set(record.key, startedAtMs + (sent * 1000) / load.perSecond);
      records.push(record);
    }
    if (records.length > 0) sends.push(producer.send(records));
    await delay(TICK_MS);
  }
  await Promise.all(sends);
  return intended;
}
