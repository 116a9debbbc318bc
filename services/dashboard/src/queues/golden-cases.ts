import { randomUUID } from 'node:crypto';
import type { Principal } from '../access/principal.js';
import type { Sql } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { CASE_COLUMNS, type CaseRow } from './case-rows.js';
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
     WHERE item_key = $3 AND version = $4::bigint AND revision = $5 AND status = 'decided' RETURNING id`,
    [id, golden.queue, golden.itemKey, golden.version, golden.revision, golden.expectedAction, principal.id],
  );
  if (rows.length === 0) throw new ApiRefusal('not_found', 'There is no such decision.');
  return id;
}

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
  const tenants = principal.tenants === 'all' ? null : [...principal.tenants];
  const [row] = await sql.query<CaseRow>(
    `INSERT INTO cases AS c (id, queue, kind, item_key, tenant, item_id, version, revision, action, top_category, severity,
       claimed_by, claimed_at, lease_expires_at, golden_id)
     SELECT $1, $2, 'golden', d.item_key, d.tenant, d.item_id, d.version, d.revision, d.action, d.top_category, d.severity,
       $3, now(), now() + make_interval(secs => $4), g.id
     FROM golden_cases g JOIN decisions d USING (item_key, version, revision)
     WHERE g.queue = $2 AND NOT g.retired AND d.record IS NOT NULL AND ($5::text[] IS NULL OR d.tenant = ANY($5::text[]))
       AND NOT EXISTS (SELECT 1 FROM golden_answers a WHERE a.golden_id = g.id AND a.reviewer_id = $3)
     ORDER BY g.added_at LIMIT 1
     RETURNING ${CASE_COLUMNS}`,
    [randomUUID(), queue, principal.id, leaseSeconds, tenants],
  );
  if (row)
    await sql.query('INSERT INTO claims (case_id, reviewer_id) VALUES ($1, $2)', [row.id, principal.id]);
  return row;
}

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
