import type { Appended, Bus } from '@tercet/bus';
import { HEADER, Item, itemKey, TOPIC } from '@tercet/contracts';
import { itemToJson } from './item-json.js';

/** How an item lies on `items`. */
export type ItemEncoding = 'protobuf' | 'json';

/** Puts items on `items`, each under its own key, and resolves when Kafka acknowledged all of them. */
export async function submitItems(
  bus: Bus,
  items: readonly Item[],
  encoding: ItemEncoding = 'protobuf',
): Promise<Appended[]> {
  await using producer = await bus.producer();
  return await producer.send(
    items.map((item) => ({
      topic: TOPIC.items,
      key: itemKey(item.tenant, item.itemId),
      value: encoding === 'json' ? Buffer.from(itemToJson(item)) : Item.encode(item).finish(),
      ...(encoding === 'json' ? { headers: { [HEADER.contentType]: 'application/json' } } : {}),
    })),
  );
}
