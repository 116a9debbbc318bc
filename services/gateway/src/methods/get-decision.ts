import type { GetDecisionRequest } from '@tercet/contracts';
import type { EncodedLookup } from '../encoded-lookup.js';
import { type LookUpEncoded, requestedKey } from '../lookup.js';
import type { Method } from '../unary.js';

/**
 * Looks one item up; the server encodes the answer by `serializeLookup`. Not an async function: at this rate each further
 * promise of a call shows.
 */
export function getDecision(lookUp: LookUpEncoded): Method<GetDecisionRequest, EncodedLookup> {
  return (request) => lookUp(requestedKey(request));
}
