import { randomUUID } from 'node:crypto';
import { CHANNEL } from '../database/advisory-locks.js';
import type { Sql } from '../database/database.js';
import type { DecisionRow } from '../ingest/decision-row.js';
import { type CaseChange, type OpenCase, type PendingReview, planCases } from './plan-cases.js';
import type { QueueList } from './queue-list.js';

/** Brings the cases of items in line with their latest decisions, within the ingest's transaction. */
export async function followDecisions(
  sql: Sql,
  latest: readonly DecisionRow[],
  queues: QueueList,
): Promise<void> {
  const keys = latest.map((row) => row.item_key);
  const cases = await sql.query<Stored<OpenCase>>(
    `SELECT id, item_key, kind, version::text AS version, revision, action FROM cases
     WHERE state = 'open' AND kind <> 'golden' AND item_key = ANY($1::text[])`,
    [keys],
  );
  const reviews = await sql.query<Stored<PendingReview>>(
    `SELECT review_id AS "reviewId", case_id AS "caseId", item_key, kind, version::text AS version, revision
     FROM reviews WHERE state = 'pending' AND item_key = ANY($1::text[])`,
    [keys],
  );
  const made = latest.flatMap(({ review_id }) => (review_id === null ? [] : [review_id]));
  const undone = await sql.query<{ review_id: string }>(
    'SELECT review_id FROM reviews WHERE review_id = ANY($1::text[]) AND undoes IS NOT NULL',
    [made],
  );
  const undos = new Set(undone.map((one) => one.review_id));
  const marked = await sql.query<{ item_key: string }>(
    'SELECT item_key FROM restricted_items WHERE item_key = ANY($1::text[])',
    [keys],
  );
  const restricted = new Set(marked.map((one) => one.item_key));
  for (const row of latest) {
    // Once restricted, an item stays so, whatever this decision flags.
    const decision = { ...row, restricted: row.restricted || restricted.has(row.item_key) };
    const open = cases.filter((one) => one.item_key === decision.item_key).map(exactVersion);
    const pending = reviews.filter((one) => one.item_key === decision.item_key).map(exactVersion);
    const isUndo = decision.review_id !== null && undos.has(decision.review_id);
    for (const change of planCases(decision, open, pending, queues, isUndo))
      await apply(sql, decision, change);
  }
}

type Stored<Row> = Omit<Row, 'version'> & { readonly item_key: string; readonly version: string };

const exactVersion = <Row extends { version: string }>(row: Row) => ({
  ...row,
  version: BigInt(row.version),
});

async function apply(sql: Sql, decision: DecisionRow, change: CaseChange): Promise<void> {
  switch (change.do) {
    case 'open':
      return openCase(sql, decision, { kind: 'review', ...change });
    case 'move':
      return moveCase(sql, change.caseId, decision);
    case 'close':
      return closeCase(sql, change.caseId, change.by);
    case 'mark_stale':
      await sql.query("UPDATE reviews SET state = 'stale' WHERE review_id = $1", [change.reviewId]);
      await sql.query("UPDATE appeals SET outcome = 'open', review_id = NULL WHERE review_id = $1", [
        change.reviewId,
      ]);
      return;
    case 'reopen':
      await sql.query(
        `UPDATE cases SET state = 'open', review_id = NULL, decided_at = NULL, claimed_by = NULL, claimed_at = NULL,
           lease_expires_at = NULL WHERE id = $1 AND state = 'decided'`,
        [change.caseId],
      );
      return moveCase(sql, change.caseId, decision);
  }
}

export interface NewCase {
  readonly kind: 'review' | 'appeal';
  readonly queue: string;
  readonly excluded: readonly string[];
  readonly appealId?: string;
}

/** How many people reported a case's item: those that upstream counted, and those that came through the gateway, once each. */
export const REPORTED = (cases: string): string =>
  `COALESCE((SELECT o.reports FROM openings o
     WHERE o.item_key = ${cases}.item_key AND o.version = ${cases}.version), 0)
   + (SELECT count(DISTINCT r.reporter_id) FROM reports r WHERE r.item_key = ${cases}.item_key)`;

/** Opens a case unless one of the kind is open for the item. Reach and reports are those known now; later ones are added. */
export async function openCase(sql: Sql, decision: DecisionRow, wanted: NewCase): Promise<void> {
  const rows = await sql.query<{ id: string; queue: string }>(
    `INSERT INTO cases (id, queue, kind, item_key, tenant, item_id, version, revision, action, top_category, severity,
       reach, reports, excluded, appeal_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7::bigint, $8, $9, $10, $11,
       COALESCE((SELECT reach FROM openings WHERE item_key = $4 AND version = $7::bigint), 0),
       0, $12::text[], $13)
     ON CONFLICT (item_key, kind) WHERE state = 'open' AND kind <> 'golden' DO NOTHING
     RETURNING id, queue`,
    [
      randomUUID(),
      wanted.queue,
      wanted.kind,
      decision.item_key,
      decision.tenant,
      decision.item_id,
      String(decision.version),
      decision.revision,
      decision.action,
      decision.top_category,
      decision.severity,
      [...wanted.excluded],
      wanted.appealId ?? null,
    ],
  );
  for (const { id, queue } of rows) {
    await sql.query(`UPDATE cases SET reports = ${REPORTED('cases')} WHERE id = $1`, [id]);
    await notifyQueue(sql, queue);
  }
}

async function moveCase(sql: Sql, caseId: string, decision: DecisionRow): Promise<void> {
  const rows = await sql.query<{ queue: string }>(
    `UPDATE cases SET version = $2::bigint, revision = $3, action = $4, top_category = $5, severity = $6
     WHERE id = $1 RETURNING queue`,
    [
      caseId,
      String(decision.version),
      decision.revision,
      decision.action,
      decision.top_category,
      decision.severity,
    ],
  );
  for (const { queue } of rows) await notifyQueue(sql, queue);
}

async function closeCase(sql: Sql, caseId: string, by: string): Promise<void> {
  const rows = await sql.query<{ queue: string }>(
    `UPDATE cases SET state = 'closed', closed_by = $2, claimed_by = NULL, lease_expires_at = NULL
     WHERE id = $1 RETURNING queue`,
    [caseId, by],
  );
  await sql.query(
    "UPDATE claims SET ended_at = now(), outcome = 'lost' WHERE case_id = $1 AND ended_at IS NULL",
    [caseId],
  );
  for (const { queue } of rows) await notifyQueue(sql, queue);
}

/** Tells every process that a queue's cases changed, once the transaction is committed. */
export async function notifyQueue(sql: Sql, queue: string): Promise<void> {
  await sql.query('SELECT pg_notify($1, $2)', [CHANNEL.queue, queue]);
}
