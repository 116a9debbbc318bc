import type { GetDecisionsRequest, GetDecisionsResponse } from '@tercet/contracts';
import { InvalidInputError } from '@tercet/kit';
import { type LookUp, requestedKey } from '../lookup.js';
import type { Method } from '../unary.js';

const MAX_REQUESTS = 200;

/** Looks up to 200 items up, in the order of the requests; one that cannot be looked up fails the call. */
export function getDecisions(lookUp: LookUp): Method<GetDecisionsRequest, GetDecisionsResponse> {
  return async ({ requests }) => {
    if (requests.length > MAX_REQUESTS) {
      throw new InvalidInputError('bad_request', `${requests.length} items, the limit is ${MAX_REQUESTS}`);
    }
    const keys = requests.map(requestedKey);
    return { responses: await Promise.all(keys.map(lookUp)) };
  };
}
