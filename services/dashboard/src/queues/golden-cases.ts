import { randomUUID } from 'node:crypto';
import type { Principal } from '../access/principal.js';
import type { Sql } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import type { OpenCaseRow } from '../items/item-rows.js';
import { CASE_COLUMNS, type CaseRow, IS_FREE, PRIORITY } from './case-rows.js';
import type { ClaimRules } from './claim-case.js';

/** What a lead says is the right answer to an item. */
export interface GoldenCase {
  readonly queue: string;
  readonly itemKey: string;
  readonly version: string;
  readonly revision: number;
  readonly expectedAction: string;
}

/** @throws ApiRefusal `not_found` where there is no such decision. */
export async function addGolden(sql: Sql, golden: GoldenCase, principal: Principal): Promise<string> {
  const id = randomUUID();
  const rows = await sql.query(
    `INSERT INTO golden_cases (id, queue, item_key, version, revision, expected_action, added_by)
     SELECT $1, $2, item_key, version, revision, $6, $7 FROM decisions
     WHERE item_key = $3 AND version = $4::bigint AND revision = $5 AND status = 'decided' AND NOT restricted RETURNING id`,
    [id, golden.queue, golden.itemKey, golden.version, golden.revision, golden.expectedAction, principal.id],
  );
  if (rows.length === 0) throw new ApiRefusal('not_found', 'There is no such decision.');
  return id;
}

/** As long as the case that would have come instead; where none waits, some minutes. */
const WAITING_SINCE = `COALESCE((SELECT c.opened_at FROM cases c
  WHERE c.queue = $2 AND c.state = 'open' AND c.kind <> 'golden' AND ${IS_FREE}
  ORDER BY ${PRIORITY} DESC LIMIT 1), now() - random() * interval '20 minutes')`;

/** After so many ordinary claims, a golden case that this person has not answered; undefined where none is due. */
export async function serveGolden(
  sql: Sql,
  queue: string,
  principal: Principal,
  { goldenEvery, leaseSeconds }: ClaimRules,
): Promise<CaseRow | undefined> {
  if (goldenEvery === 0) return undefined;
  const [since] = await sql.query<{ count: number }>(
    `SELECT count(*) AS count FROM claims JOIN cases ON cases.id = claims.case_id
     WHERE claims.reviewer_id = $1 AND claims.id > COALESCE((
       SELECT max(k.id) FROM claims k JOIN cases g ON g.id = k.case_id
       WHERE k.reviewer_id = $1 AND g.kind = 'golden'), 0)`,
    [principal.id],
  );
  if ((since?.count ?? 0) < goldenEvery) return undefined;
  await sql.query(
    `UPDATE cases SET state = 'closed', closed_by = 'lost'
     WHERE kind = 'golden' AND state = 'open' AND claimed_by = $1 AND lease_expires_at <= now()`,
    [principal.id],
  );
  const tenants = principal.tenants === 'all' ? null : [...principal.tenants];
  const [row] = await sql.query<CaseRow>(
    `INSERT INTO cases AS c (id, queue, kind, item_key, tenant, item_id, version, revision, action, top_category, severity,
       reach, reports, opened_at, claimed_by, claimed_at, lease_expires_at, golden_id)
     SELECT $1, $2, 'golden', d.item_key, d.tenant, d.item_id, d.version, d.revision, d.action, d.top_category, d.severity,
       COALESCE(o.reach, 0), COALESCE(o.reports, 0), ${WAITING_SINCE}, $3, now(), now() + make_interval(secs => $4), g.id
     FROM golden_cases g JOIN decisions d USING (item_key, version, revision)
       LEFT JOIN openings o ON o.item_key = d.item_key AND o.version = d.version
     WHERE g.queue = $2 AND NOT g.retired AND d.record IS NOT NULL AND NOT d.restricted
       AND ($5::text[] IS NULL OR d.tenant = ANY($5::text[]))
       AND NOT EXISTS (SELECT 1 FROM golden_answers a WHERE a.golden_id = g.id AND a.reviewer_id = $3)
     ORDER BY g.added_at LIMIT 1
     RETURNING ${CASE_COLUMNS}`,
    [randomUUID(), queue, principal.id, leaseSeconds, tenants],
  );
  if (row)
    await sql.query('INSERT INTO claims (case_id, reviewer_id) VALUES ($1, $2)', [row.id, principal.id]);
  return row;
}

/** A golden case in somebody's hands. */
export interface GoldenHold extends OpenCaseRow {
  readonly version: number;
  readonly exact_version: string;
  readonly revision: number;
}

/** The golden case on an item that this person holds. */
export async function heldGolden(
  sql: Sql,
  itemKey: string,
  principal: Principal,
): Promise<GoldenHold | undefined> {
  const [row] = await sql.query<GoldenHold>(
    `SELECT id, queue, tenant, version, version::text AS exact_version, revision, claimed_by,
       (extract(epoch FROM lease_expires_at) * 1000)::bigint AS expires_at_ms
     FROM cases WHERE item_key = $1 AND kind = 'golden' AND state = 'open' AND claimed_by = $2
       AND lease_expires_at > now()
     ORDER BY claimed_at DESC LIMIT 1`,
    [itemKey, principal.id],
  );
  return row;
}

/** What is kept where somebody wanted another person's view instead of answering. */
export const PASSED_ON = 'passed_on';

export async function answerGolden(
  sql: Sql,
  goldenId: string,
  principal: Principal,
  action: string,
): Promise<void> {
  await sql.query(
    `INSERT INTO golden_answers (golden_id, reviewer_id, action) VALUES ($1, $2, $3)
     ON CONFLICT (golden_id, reviewer_id) DO NOTHING`,
    [goldenId, principal.id, action],
  );
}
