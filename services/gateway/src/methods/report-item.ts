import { CaseRecord, type ReportItemRequest, type ReportItemResponse, TOPIC } from '@tercet/contracts';
import { validateReport } from '@tercet/items';
import { InvalidInputError } from '@tercet/kit';
import { requestedKey } from '../lookup.js';
import type { SendOne } from '../publisher.js';
import type { Method } from '../unary.js';

/**
 * Puts a report on `cases`. The item need not be known here: it may wait for its parts, or lie beyond the window of
 * look-ups.
 */
export function reportItem(send: SendOne): Method<ReportItemRequest, ReportItemResponse> {
  return async (request) => {
    if (!request.report) throw new InvalidInputError('bad_request', 'report');
    const itemKey = requestedKey(request);
    const report = validateReport(request.report);
    const reportedAtMs = report.reportedAtMs || BigInt(Date.now());
    const body = { $case: 'report' as const, value: { ...report, reportedAtMs } };
    await send({ topic: TOPIC.cases, key: itemKey, value: CaseRecord.encode({ itemKey, body }).finish() });
    return { reportId: report.reportId };
  };
}
