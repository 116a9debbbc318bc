import {
  CaseRecord,
  type FileAppealRequest,
  type FileAppealResponse,
  LookupState,
  TOPIC,
} from '@tercet/contracts';
import { validateAppeal } from '@tercet/items';
import { InvalidInputError } from '@tercet/kit';
import { type LookUp, requestedKey } from '../lookup.js';
import type { SendOne } from '../publisher.js';
import type { Method } from '../unary.js';

/**
 * Puts an appeal on `cases` where the contested revision is the latest one: a review could change no other, and who
 * appeals should hear so at once.
 */
export function fileAppeal(lookUp: LookUp, send: SendOne): Method<FileAppealRequest, FileAppealResponse> {
  return async (request) => {
    if (!request.appeal) throw new InvalidInputError('bad_request', 'appeal');
    const itemKey = requestedKey(request);
    const appeal = validateAppeal(request.appeal);
    const { state, decision } = await lookUp(itemKey);
    const latest = state === LookupState.DECIDED && decision !== undefined;
    if (!latest || decision.version !== appeal.version || decision.revision !== appeal.revision) {
      throw new InvalidInputError('stale_appeal');
    }
    const filedAtMs = appeal.filedAtMs || BigInt(Date.now());
    const body = { $case: 'appeal' as const, value: { ...appeal, filedAtMs } };
    await send({ topic: TOPIC.cases, key: itemKey, value: CaseRecord.encode({ itemKey, body }).finish() });
    return { appealId: appeal.appealId };
  };
}
