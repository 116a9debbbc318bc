import type { GetDecisionRequest, GetDecisionResponse } from '@tercet/contracts';
import { itemKey } from '@tercet/contracts';
import { isId, isName } from '@tercet/items';
import { InvalidInputError } from '@tercet/kit';
import type { EncodedLookup } from './encoded-lookup.js';

/**
 * Looks an item up in the join's state.
 * @throws UnavailableError `state_rebuilding` or `redis_unavailable` rather than answer `unknown` without knowing.
 */
export type LookUp = (itemKey: string) => Promise<GetDecisionResponse>;

/** The same, its decision not decoded. */
export type LookUpEncoded = (itemKey: string) => Promise<EncodedLookup>;

const MAX_ITEM_ID_BYTES = 256;

/** The key of the item that a request names. */
export function requestedKey({ tenant, itemId }: Pick<GetDecisionRequest, 'tenant' | 'itemId'>): string {
  if (!isName(tenant)) throw new InvalidInputError('bad_tenant');
  if (!isId(itemId, MAX_ITEM_ID_BYTES)) throw new InvalidInputError('bad_item_id');
  return itemKey(tenant, itemId);
}
