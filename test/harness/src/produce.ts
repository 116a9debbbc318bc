import type { Appended, Bus } from '@tercet/bus';
import { type ItemEncoding, submitItems } from '@tercet/client';
import { type Item, TOPIC } from '@tercet/contracts';

/** Puts one item on `items` as an upstream would. */
export async function produceItem(bus: Bus, item: Item, encoding?: ItemEncoding): Promise<Appended> {
  return only(await submitItems(bus, [item], encoding));
}

/** Puts any bytes on `items`, for input that no honest upstream sends. */
export async function produceBytes(
  bus: Bus,
  key: string,
  value: Uint8Array | string | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Appended> {
  await using producer = await bus.producer();
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return only(await producer.send([{ topic: TOPIC.items, key, value: bytes, headers }]));
}

function only(appended: readonly Appended[]): Appended {
  const [first] = appended;
  if (!first || appended.length !== 1)
    throw new Error(`one record was sent, ${appended.length} acknowledged`);
  return first;
}
