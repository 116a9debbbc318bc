import type { GetDecisionRequest, GetDecisionResponse } from '@tercet/contracts';
import { type LookUp, requestedKey } from '../lookup.js';
import type { Method } from '../unary.js';

/** Looks one item up. */
export function getDecision(lookUp: LookUp): Method<GetDecisionRequest, GetDecisionResponse> {
  return async (request) => lookUp(requestedKey(request));
}
