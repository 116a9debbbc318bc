import { randomUUID } from 'node:crypto';
import type { Principal } from '../access/principal.js';
import { may } from '../access/rights.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database, Sql } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { notifyQueue } from './apply-case-changes.js';
import { CASE_COLUMNS, type CaseRow, readCase } from './case-rows.js';
import { endClaim } from './claim-case.js';
import { answerGolden, PASSED_ON } from './golden-cases.js';

interface Wanted {
  /** What the second opinion is held against; null where there is no first one yet. */
  readonly firstReviewId: string | null;
  readonly excluded: readonly string[];
  readonly note: string;
}

/** Opens a case for another person on the same item; undefined where one waits already. */
export async function askSecondOpinion(sql: Sql, of: CaseRow, wanted: Wanted): Promise<CaseRow | undefined> {
  const [row] = await sql.query<CaseRow>(
    `INSERT INTO cases AS c (id, queue, kind, item_key, tenant, item_id, version, revision, action, top_category, severity,
       reach, reports, excluded, first_review_id, note)
     SELECT $2, queue, 'second_opinion', item_key, tenant, item_id, version, revision, action, top_category, severity,
       reach, reports, $3::text[], $4, $5 FROM cases WHERE id = $1
     ON CONFLICT (item_key, kind) WHERE state = 'open' AND kind <> 'golden' DO NOTHING
     RETURNING ${CASE_COLUMNS}`,
    [of.id, randomUUID(), [...wanted.excluded], wanted.firstReviewId, wanted.note.replaceAll('\0', '\uFFFD')],
  );
  if (row) await notifyQueue(sql, row.queue);
  return row;
}

/**
 * Somebody wants another person's view: of a case that they hold, which then is that person's; or of one that was decided.
 * @throws ApiRefusal `lease_lost`, `not_open` where a second opinion waits already, `forbidden`
 */
export async function requestSecondOpinion(
  database: Database,
  caseId: string,
  principal: Principal,
  note: string,
): Promise<CaseRow> {
  return database.transaction(async (sql) => {
    const row = await readCase(sql, caseId, true);
    if (!row) throw new ApiRefusal('not_found', 'There is no such case.');
    if (!may(principal, { kind: 'review', tenant: row.tenant, queue: row.queue }))
      throw new ApiRefusal('forbidden', 'This queue is not yours.');
    const asked =
      row.state === 'decided'
        ? await afterReview(sql, row, principal, note)
        : await instead(sql, row, principal, note);
    if (!asked) throw new ApiRefusal('not_open', 'A second opinion on this item is waiting already.');
    await appendAudit(sql, {
      actor: principal.id,
      act: 'second_opinion',
      subject: row.item_key,
      detail: { case: caseId, second: asked.id },
    });
    return asked;
  });
}

async function afterReview(
  sql: Sql,
  row: CaseRow,
  principal: Principal,
  note: string,
): Promise<CaseRow | undefined> {
  const [first] = await sql.query<{ reviewer_id: string }>(
    'SELECT reviewer_id FROM reviews WHERE review_id = $1',
    [row.review_id],
  );
  const excluded = [...new Set([principal.id, ...(first ? [first.reviewer_id] : [])])];
  return askSecondOpinion(sql, row, { firstReviewId: row.review_id, excluded, note });
}

async function instead(
  sql: Sql,
  row: CaseRow,
  principal: Principal,
  note: string,
): Promise<CaseRow | undefined> {
  if (row.state !== 'open') throw new ApiRefusal('not_open', 'The case is closed.');
  if (row.claimed_by !== principal.id) throw new ApiRefusal('lease_lost', 'You no longer hold this case.');
  const asked =
    row.kind === 'golden'
      ? row
      : await askSecondOpinion(sql, row, { firstReviewId: null, excluded: [principal.id], note });
  if (!asked) return undefined;
  await sql.query(
    `UPDATE cases SET state = 'closed', closed_by = 'second_opinion', lease_expires_at = NULL WHERE id = $1`,
    [row.id],
  );
  // Answered for, though not by an action: it is not served to this person again.
  if (row.kind === 'golden') await answerGolden(sql, row.golden_id ?? '', principal, PASSED_ON);
  await endClaim(sql, row.id, 'released');
  return asked;
}
