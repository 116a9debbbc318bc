import type { Appeal, InvalidCode, ItemReport } from '@tercet/contracts';
import { InvalidInputError } from '@tercet/kit';
import { isId } from './names.js';

const MAX_CASE_ID_BYTES = 128;
const MAX_PERSON_ID_BYTES = 256;
const MAX_CATEGORY_BYTES = 128;
const MAX_TEXT_CHARS = 2000;

/**
 * Checks a report by the rules of case.proto.
 * @throws InvalidInputError `bad_report`; its detail names the field, never its value.
 */
export function validateReport(report: ItemReport): ItemReport {
  const check = checker('bad_report');
  check(isId(report.reportId, MAX_CASE_ID_BYTES), 'report_id');
  check(isId(report.reporterId, MAX_PERSON_ID_BYTES), 'reporter_id');
  check(report.category === '' || isId(report.category, MAX_CATEGORY_BYTES), 'category');
  check([...report.note].length <= MAX_TEXT_CHARS, 'note');
  check(report.reportedAtMs >= 0n, 'reported_at_ms');
  return report;
}

/**
 * Checks an appeal by the rules of case.proto.
 * @throws InvalidInputError `bad_appeal`; its detail names the field, never its value.
 */
export function validateAppeal(appeal: Appeal): Appeal {
  const check = checker('bad_appeal');
  check(isId(appeal.appealId, MAX_CASE_ID_BYTES), 'appeal_id');
  check(appeal.version >= 1n, 'version');
  check(appeal.revision >= 1, 'revision');
  check(isId(appeal.appellantId, MAX_PERSON_ID_BYTES), 'appellant_id');
  const statementChars = [...appeal.statement].length;
  check(statementChars >= 1 && statementChars <= MAX_TEXT_CHARS, 'statement');
  check(appeal.filedAtMs >= 0n, 'filed_at_ms');
  return appeal;
}

function checker(code: InvalidCode): (holds: boolean, field: string) => void {
  return (holds, field) => {
    if (!holds) throw new InvalidInputError(code, field);
  };
}
