import { setTimeout as delay } from 'node:timers/promises';
import type { BusProducer, OutgoingRecord } from '@tercet/bus';
import { TOPIC } from '@tercet/contracts';
import { randomStream } from '../texts.js';
import type { JoinItems } from './join-items.js';

const TICK_MS = 4;
const WINDOW_MS = 120_000;
const PARTS = ['text', 'caption'] as const;
/** The last part of an item comes so long after its opening. */
const MIN_SPREAD_MS = 50;
const MAX_SPREAD_MS = 550;

export interface Sent {
  /** Items whose last part is on the log. */
  readonly items: number;
  readonly seconds: number;
}

/**
 * Opens items at an even rate and sends their two parts as encoders would: one at once, the last a while later, each
 * as soon as it is due and not when a batch is full.
 */
export async function sendSteadily(
  producer: BusProducer,
  items: JoinItems,
  load: { readonly name: string; readonly itemsPerSecond: number; readonly seconds: number },
): Promise<Sent> {
  const random = randomStream(load.name.length + Math.round(load.itemsPerSecond));
  const total = Math.round(load.itemsPerSecond * load.seconds);
  const later: { readonly dueMs: number; readonly record: OutgoingRecord }[] = [];
  const startedAt = performance.now();
  const record = (key: string, value: Uint8Array): OutgoingRecord => ({
    topic: TOPIC.embeddings,
    key,
    value,
  });
  let opened = 0;
  let ended = 0;
  while (ended < total) {
    const now = performance.now() - startedAt;
    const due: OutgoingRecord[] = [];
    for (; opened < total && (opened * 1000) / load.itemsPerSecond <= now; opened += 1) {
      const key = `bench/${load.name}-${opened}`;
      due.push(record(key, items.opened(key, PARTS, WINDOW_MS)), record(key, items.embedded(key, PARTS[0])));
      const spreadMs = MIN_SPREAD_MS + (MAX_SPREAD_MS - MIN_SPREAD_MS) * random();
      later.push({ dueMs: now + spreadMs, record: record(key, items.embedded(key, PARTS[1])) });
    }
    for (let index = later.length - 1; index >= 0; index -= 1) {
      const last = later[index];
      if (!last || last.dueMs > now) continue;
      later.splice(index, 1);
      due.push(last.record);
      ended += 1;
    }
    if (due.length > 0) await producer.send(due);
    await delay(TICK_MS);
  }
  return { items: total, seconds: (performance.now() - startedAt) / 1000 };
}
