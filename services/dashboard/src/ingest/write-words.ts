import { type Review, ReviewKind } from '@tercet/contracts';
import { RESTRICTED_CATEGORY } from '../access/rights.js';
import type { Sql } from '../database/database.js';
import { notifyQueue, openCase, REPORTED } from '../queues/apply-case-changes.js';
import { routedBy } from '../queues/plan-cases.js';
import { type QueueList, queueFor } from '../queues/queue-list.js';
import { boundedMs } from './bounded.js';
import { latestDecision } from './latest-decision.js';
import type { AppealRow, ReportRow } from './read-record.js';
import { restrictItems } from './write-decisions.js';

const KINDS: Readonly<Record<number, string>> = {
  [ReviewKind.APPEAL]: 'appeal',
  [ReviewKind.SECOND_OPINION]: 'second_opinion',
};

/** A review as it came by: ours is known; another service's is taken up, with what became of it meanwhile. */
export async function writeReview(sql: Sql, review: Review): Promise<void> {
  await sql.query(
    `INSERT INTO reviews (review_id, item_key, version, revision, action, modifiers, categories, reviewer_id, kind, note,
       reviewed_at_ms, state)
     SELECT $1, $2, $3::bigint, $4, $5, $6::text[], $7::text[], $8, $9,
       CASE WHEN COALESCE((SELECT erased FROM items WHERE item_key = $2), false) THEN '' ELSE $10 END, $11,
       CASE WHEN EXISTS (SELECT 1 FROM decisions WHERE item_key = $2 AND review_id = $1) THEN 'applied'
            WHEN EXISTS (SELECT 1 FROM items WHERE item_key = $2
                         AND (latest_version, latest_revision) > ($3::bigint, $4)) THEN 'stale'
            ELSE 'pending' END
     ON CONFLICT (review_id) DO NOTHING`,
    [
      review.reviewId,
      review.itemKey,
      String(review.version),
      review.revision,
      review.action,
      review.modifiers,
      review.categories,
      review.reviewerId,
      KINDS[review.kind] ?? 'queue',
      review.note.replaceAll('\0', '\uFFFD'),
      boundedMs(review.reviewedAtMs),
    ],
  );
  if (review.categories.includes(RESTRICTED_CATEGORY)) await restrictItems(sql, [review.itemKey]);
}

/**
 * Somebody reported an item: its open case counts it. An item that nobody was to look at gets a case once so many
 * people have reported it; one word of sexual/minors is enough, and restricts it.
 */
export async function writeReport(
  sql: Sql,
  row: ReportRow,
  queues: QueueList,
  openAfterReports: number,
): Promise<void> {
  const added = await sql.query(
    `INSERT INTO reports (report_id, item_key, reporter_id, category, note, reported_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (report_id) DO NOTHING RETURNING report_id`,
    [
      row.report_id,
      row.item_key,
      row.reporter_id,
      row.category,
      row.note.replaceAll('\0', '\uFFFD'),
      row.reported_at_ms,
    ],
  );
  if (added.length === 0) return;
  const isRestricted = row.category === RESTRICTED_CATEGORY;
  if (isRestricted) await restrictItems(sql, [row.item_key]);
  const counted = await sql.query<{ queue: string }>(
    `UPDATE cases SET reports = ${REPORTED('cases')} WHERE item_key = $1 AND state = 'open' RETURNING queue`,
    [row.item_key],
  );
  for (const { queue } of counted) await notifyQueue(sql, queue);
  if (counted.length > 0) return;
  const decision = await latestDecision(sql, row.item_key);
  if (decision?.status !== 'decided') return;
  const [sum] = await sql.query<{ reporters: number }>(
    'SELECT count(DISTINCT reporter_id) AS reporters FROM reports WHERE item_key = $1',
    [row.item_key],
  );
  if (!isRestricted && (openAfterReports === 0 || (sum?.reporters ?? 0) < openAfterReports)) return;
  const queue = queueFor(queues, routedBy(decision), 'review');
  await openCase(sql, decision, { kind: 'review', queue, excluded: [] });
}

/** An appeal opens a case for somebody other than who decided; against an overtaken version there is nothing to judge. */
export async function writeAppeal(sql: Sql, row: AppealRow, queues: QueueList): Promise<void> {
  const added = await sql.query(
    `INSERT INTO appeals (appeal_id, item_key, version, revision, appellant_id, statement, filed_at_ms)
     VALUES ($1, $2, $3::bigint, $4, $5, $6, $7) ON CONFLICT (appeal_id) DO NOTHING RETURNING appeal_id`,
    [
      row.appeal_id,
      row.item_key,
      String(row.version),
      row.revision,
      row.appellant_id,
      row.statement.replaceAll('\0', '\uFFFD'),
      row.filed_at_ms,
    ],
  );
  if (added.length === 0) return;
  const decision = await latestDecision(sql, row.item_key);
  if (decision?.status !== 'decided' || decision.version !== row.version) return;
  await openCase(sql, decision, {
    kind: 'appeal',
    queue: queueFor(queues, routedBy(decision), 'appeal'),
    excluded: decision.reviewer_id === null ? [] : [decision.reviewer_id],
    appealId: row.appeal_id,
  });
}
