import { setTimeout as delay } from 'node:timers/promises';
import type { Bus, OutgoingRecord } from '@tercet/bus';
import { connectGateway } from '@tercet/client';
import { Item, itemKey, TOPIC } from '@tercet/contracts';
import { JoinItems } from '../join/join-items.js';
import { benchTexts } from '../texts.js';
import { picture } from './load-parts.js';

const TENANT = 'bench';
const WINDOW_MS = 120_000;
const PICTURES = 24;
const BATCH = 20;
const LOOK_MS = 100;
const CALLS_UNDER_WAY = 32;

/** Items of a text and a picture, inline, until all their parts are on their topics. Answers items a second. */
export async function loadIntake(bus: Bus, count: number): Promise<number> {
  const pictures = await Promise.all(Array.from({ length: PICTURES }, (_, n) => picture(n)));
  const texts = benchTexts(count, 5);
  const records = Array.from({ length: count }, (_, n): OutgoingRecord => {
    const shown = pictures[n % PICTURES];
    const parts = [
      { partId: 'text', modality: 'text', content: { $case: 'text' as const, value: texts[n] ?? '' } },
      {
        partId: 'image',
        modality: 'image',
        mediaType: shown?.mediaType ?? '',
        // A trailing byte or two: other bytes, the same picture.
        content: {
          $case: 'inline' as const,
          value: Buffer.concat([shown?.bytes ?? new Uint8Array(), Buffer.from(String(n))]),
        },
      },
    ];
    const id = `intake-${n}`;
    const item = { tenant: TENANT, itemId: id, version: 1n, windowMs: WINDOW_MS, parts };
    return {
      topic: TOPIC.items,
      key: itemKey(TENANT, id),
      value: Item.encode(Item.fromPartial(item)).finish(),
    };
  });
  return untilWritten(bus, records, ['raw.text', 'raw.image'], count);
}

/** Items with their vectors, until all are decided. Answers items a second; items are called as `decidedItem` says. */
export async function loadFusion(bus: Bus, count: number): Promise<number> {
  const items = await JoinItems.load();
  const records = Array.from({ length: count }, (_, n) => {
    const key = itemKey(TENANT, decidedItem(n));
    return [
      items.opened(key, ['text', 'caption'], WINDOW_MS),
      items.embedded(key, 'text'),
      items.embedded(key, 'caption'),
    ].map((value): OutgoingRecord => ({ topic: TOPIC.embeddings, key, value }));
  });
  return untilWritten(bus, records.flat(), [TOPIC.decisions], count);
}

const decidedItem = (n: number): string => `fusion-${n}`;

/** Look-ups of what `loadFusion` had decided. Answers calls a second. */
export async function loadGateway(address: string, decided: number, calls: number): Promise<number> {
  using gateway = connectGateway(address);
  const startedAt = performance.now();
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let n = next++; n < calls; n = next++) {
      const { decision } = await gateway.getDecision(TENANT, decidedItem((n * 37) % decided));
      if (decision === undefined) throw new Error(`no decision about ${decidedItem((n * 37) % decided)}`);
    }
  };
  await Promise.all(Array.from({ length: CALLS_UNDER_WAY }, caller));
  return calls / ((performance.now() - startedAt) / 1000);
}

/** Sends records and reads what comes of them, until each topic has so many more. Answers `count` by the seconds taken. */
async function untilWritten(
  bus: Bus,
  records: readonly OutgoingRecord[],
  topics: readonly string[],
  count: number,
): Promise<number> {
  await using reader = await bus.reader('footprint');
  await using admin = await bus.admin();
  await using producer = await bus.producer();
  const partitions = (
    await Promise.all(
      topics.map(async (topic) =>
        Array.from({ length: await admin.partitionCount(topic) }, (_, partition) => ({ topic, partition })),
      ),
    )
  ).flat();
  const places = await Promise.all(
    partitions.map(async (place) => ({ place, next: (await reader.bounds(place)).end })),
  );
  const startedAt = performance.now();
  for (let from = 0; from < records.length; from += BATCH)
    await producer.send(records.slice(from, from + BATCH));
  let seen = 0;
  while (seen < count * topics.length) {
    await Promise.all(
      places.map(async (one) => {
        one.next = await reader.readToEnd(one.place, one.next, (batch) => {
          seen += batch.length;
        });
      }),
    );
    await delay(LOOK_MS);
  }
  return count / ((performance.now() - startedAt) / 1000);
}
