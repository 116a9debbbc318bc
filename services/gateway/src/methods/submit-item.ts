import type { OutgoingRecord } from '@tercet/bus';
import { Item, type SubmitItemRequest, type SubmitItemResponse, TOPIC } from '@tercet/contracts';
import { type ItemLimits, validateItem } from '@tercet/items';
import { InvalidInputError } from '@tercet/kit';
import type { SendOne } from '../publisher.js';
import type { Method } from '../unary.js';

/** Below the 24 MiB of topic `items`, key and headers counted. */
const MAX_RECORD_BYTES = 24 * 1024 * 1024 - 64 * 1024;

/**
 * Puts an item on `items`. It is refused by the rules that intake knows too, but for the policy's existence, which
 * intake alone can check; a part that cannot be used is no reason to refuse the others.
 */
export function submitItem(send: SendOne, limits: ItemLimits): Method<SubmitItemRequest, SubmitItemResponse> {
  return async ({ item }) => {
    if (!item) throw new InvalidInputError('bad_request', 'item');
    const { key, version } = validateItem(item, limits);
    const value = Item.encode(item).finish();
    if (value.length > MAX_RECORD_BYTES) {
      throw new InvalidInputError('too_large', `${value.length} bytes, the limit is ${MAX_RECORD_BYTES}`);
    }
    const record: OutgoingRecord = { topic: TOPIC.items, key, value };
    const appended = await send(record);
    return { itemKey: key, version, partition: appended.partition, offset: appended.offset };
  };
}
