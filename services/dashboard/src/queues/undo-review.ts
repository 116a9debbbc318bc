import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Principal } from '../access/principal.js';
import type { ReviewAnswer } from '../api/review.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database, Sql } from '../database/database.js';
import { toSummary } from '../feed/decision-summary.js';
import { ApiRefusal } from '../http/api-error.js';
import { notifyQueue } from './apply-case-changes.js';
import { latestOf } from './submit-review.js';

/** How long an undo waits for the revision that it takes back. */
const APPLY_WAIT_MS = 3_000;
const APPLY_POLL_MS = 50;

export interface UndoRules {
  readonly undoMs: number;
  readonly leaseSeconds: number;
}

interface UndoneRow {
  readonly review_id: string;
  readonly item_key: string;
  readonly reviewer_id: string;
  readonly kind: string;
  readonly state: string;
  readonly reviewed_at_ms: number;
  readonly case_id: string | null;
  readonly judged_action: string;
  readonly judged_modifiers: readonly string[];
  readonly undoes: string | null;
  readonly undone_by: string | null;
}

/**
 * Takes a review back: a further review says what was said before it, on the revision that it made, and its case is open
 * again in the same hands.
 * @throws ApiRefusal `not_found`, `not_yours`, `already_undone`, `undo_expired`, `not_applied_yet`, `stale_revision`
 */
export async function undoReview(
  database: Database,
  reviewId: string,
  principal: Principal,
  rules: UndoRules,
): Promise<ReviewAnswer> {
  await applied(database, reviewId, principal);
  const undoId = randomUUID();
  const nowMs = Date.now();
  await database.transaction(async (sql) => {
    const review = await readReview(sql, reviewId);
    refuseWhereFinal(review, principal, rules, nowMs);
    const latest = await latestOf(sql, review.item_key);
    if (latest.review_id !== reviewId)
      throw new ApiRefusal('stale_revision', 'A newer decision of this item came meanwhile.', {
        latest: toSummary(latest),
      });
    await sql.query(
      `INSERT INTO reviews (review_id, item_key, version, revision, action, modifiers, categories, reviewer_id, kind, note,
         reviewed_at_ms, unsent, case_id, judged_action, judged_modifiers, undoes)
       VALUES ($1, $2, $3::bigint, $4, $5, $6::text[], '{}', $7, $8, '', $9, true, $10, $11, $12::text[], $13)`,
      [
        undoId,
        review.item_key,
        latest.exact_version,
        latest.revision,
        review.judged_action,
        [...review.judged_modifiers],
        principal.id,
        review.kind,
        nowMs,
        review.case_id,
        latest.action,
        [...latest.modifiers],
        reviewId,
      ],
    );
    await sql.query('UPDATE reviews SET undone_by = $2 WHERE review_id = $1', [reviewId, undoId]);
    await sql.query("UPDATE appeals SET outcome = 'open', review_id = NULL WHERE review_id = $1", [reviewId]);
    await reopen(sql, review.case_id, principal, rules);
    await appendAudit(sql, {
      actor: principal.id,
      act: 'undo',
      subject: review.item_key,
      detail: { review: reviewId, by: undoId },
    });
  });
  return { reviewId: undoId, undoUntilMs: nowMs, golden: false };
}

/** The key that undoes may be pressed before fusion has answered. */
async function applied(database: Database, reviewId: string, principal: Principal): Promise<void> {
  const until = performance.now() + APPLY_WAIT_MS;
  while (performance.now() < until) {
    const rows = await database.query(
      "SELECT 1 FROM reviews WHERE review_id = $1 AND reviewer_id = $2 AND state = 'pending'",
      [reviewId, principal.id],
    );
    if (rows.length === 0) return;
    await delay(APPLY_POLL_MS);
  }
}

async function readReview(sql: Sql, reviewId: string): Promise<UndoneRow> {
  const [review] = await sql.query<UndoneRow>(
    `SELECT review_id, item_key, reviewer_id, kind, state, reviewed_at_ms, case_id, judged_action, judged_modifiers, undoes,
       undone_by FROM reviews WHERE review_id = $1 FOR UPDATE`,
    [reviewId],
  );
  if (!review || review.judged_action === '')
    throw new ApiRefusal('not_found', 'There is no such review here.');
  return review;
}

function refuseWhereFinal(
  review: UndoneRow,
  principal: Principal,
  { undoMs }: UndoRules,
  nowMs: number,
): void {
  if (review.reviewer_id !== principal.id)
    throw new ApiRefusal('not_yours', 'Only who decided can take it back.');
  if (review.undone_by !== null || review.undoes !== null)
    throw new ApiRefusal('already_undone', 'This was taken back already.');
  if (nowMs > review.reviewed_at_ms + undoMs)
    throw new ApiRefusal('undo_expired', 'It is too late to take this back; ask for a second opinion.');
  if (review.state === 'pending')
    throw new ApiRefusal('not_applied_yet', 'The decision is not made yet. Try again.');
}

async function reopen(
  sql: Sql,
  caseId: string | null,
  principal: Principal,
  { leaseSeconds }: UndoRules,
): Promise<void> {
  const rows = await sql.query<{ queue: string }>(
    `UPDATE cases c SET state = 'open', review_id = NULL, decided_at = NULL, claimed_by = $2, claimed_at = now(),
       lease_expires_at = now() + make_interval(secs => $3)
     WHERE c.id = $1 AND c.state = 'decided' AND NOT EXISTS (
       SELECT 1 FROM cases other WHERE other.item_key = c.item_key AND other.kind = c.kind AND other.state = 'open')
     RETURNING c.queue`,
    [caseId, principal.id, leaseSeconds],
  );
  for (const { queue } of rows) {
    await sql.query('INSERT INTO claims (case_id, reviewer_id) VALUES ($1, $2)', [caseId, principal.id]);
    await notifyQueue(sql, queue);
  }
}
