import type { Bus, BusProducer, OutgoingRecord } from '@tercet/bus';
import { DEFAULT_PARTITIONS, TOPIC } from '@tercet/contracts';
import type { JoinItems } from '../join/join-items.js';

/** A text, a picture and a sound; here all with vectors of 384 numbers. */
export const PARTS = ['text', 'image', 'audio'] as const;
/**
 * So many items are open at once within a backlog; each part comes for all of them before the next one does. Far apart: as where 1,000 items a second
 * wait 2.4 s for their last part, so that few are whole in what is read at once.
 */
export const OPEN_AT_ONCE = { close: 100, far: 2_400 } as const;
const SEND = 400;

/** A stretch of `embeddings`, by partition. */
export interface Stretch {
  readonly from: readonly bigint[];
  readonly end: readonly bigint[];
}

/** Openings and parts of `count` items in the order of the log. */
export function* backlogRecords(
  items: Pick<JoinItems, 'opened' | 'embedded'>,
  load: {
    readonly name: string;
    readonly count: number;
    readonly windowMs: number;
    readonly openAtOnce?: number;
  },
  parts: readonly string[] = PARTS,
): Generator<OutgoingRecord> {
  const { name, count, windowMs, openAtOnce = OPEN_AT_ONCE.close } = load;
  for (let first = 0; first < count; first += openAtOnce) {
    const keys = Array.from(
      { length: Math.min(openAtOnce, count - first) },
      (_, n) => `bench/${name}-${first + n}`,
    );
    for (const key of keys) yield { topic: TOPIC.embeddings, key, value: items.opened(key, parts, windowMs) };
    for (const part of parts)
      for (const key of keys) yield { topic: TOPIC.embeddings, key, value: items.embedded(key, part) };
  }
}

/** Sends all of it; resolves when it is on the log. */
export async function sendAll(producer: BusProducer, records: Iterable<OutgoingRecord>): Promise<void> {
  let batch: OutgoingRecord[] = [];
  for (const record of records) {
    batch.push(record);
    if (batch.length < SEND) continue;
    await producer.send(batch);
    batch = [];
  }
  await producer.send(batch);
}

/** The present ends of `embeddings`. */
export async function endsOf(bus: Bus, topic: string = TOPIC.embeddings): Promise<bigint[]> {
  await using reader = await bus.reader('bench-ends');
  const places = Array.from({ length: DEFAULT_PARTITIONS.join }, (_, partition) => partition);
  return Promise.all(places.map(async (partition) => (await reader.bounds({ topic, partition })).end));
}
