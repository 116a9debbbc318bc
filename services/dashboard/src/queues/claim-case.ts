import type { Principal } from '../access/principal.js';
import type { Sql } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { notifyQueue } from './apply-case-changes.js';
import { CASE_COLUMNS, type CaseRow, IS_FREE, PRIORITY, readCase } from './case-rows.js';
import { serveGolden } from './golden-cases.js';

export interface ClaimRules {
  readonly leaseSeconds: number;
  /** A case with a known answer among so many; 0: none. */
  readonly goldenEvery: number;
}

const LEASE = 'now() + make_interval(secs => $3)';

/**
 * The most urgent case that nobody holds, now held by this person until the lease is over by the database's clock.
 * Whoever holds one of the queue already is given that one again, so that a repeated request takes no second one. Rows that
 * another claim has locked at this moment are passed over: two never get one case, and none waits for another.
 */
export async function claimNext(
  sql: Sql,
  queue: string,
  principal: Principal,
  rules: ClaimRules,
): Promise<CaseRow | undefined> {
  const [held] = await sql.query<CaseRow>(
    `UPDATE cases c SET lease_expires_at = ${LEASE} WHERE c.id = (
       SELECT id FROM cases WHERE queue = $1 AND state = 'open' AND claimed_by = $2 AND lease_expires_at > now()
       ORDER BY claimed_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${CASE_COLUMNS}`,
    [queue, principal.id, rules.leaseSeconds],
  );
  if (held) return held;
  const golden = await serveGolden(sql, queue, principal, rules);
  if (golden) return golden;
  const [taken] = await sql.query<CaseRow>(
    `UPDATE cases c SET claimed_by = $2, claimed_at = now(), lease_expires_at = ${LEASE} WHERE c.id = (
       SELECT c.id FROM cases c
       WHERE c.queue = $1 AND c.state = 'open' AND c.kind <> 'golden' AND ${IS_FREE} AND NOT $2 = ANY(c.excluded)
         AND ($4::text[] IS NULL OR c.tenant = ANY($4::text[]))
       ORDER BY ${PRIORITY} DESC, c.id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${CASE_COLUMNS}`,
    [queue, principal.id, rules.leaseSeconds, tenantsParameter(principal)],
  );
  if (taken) await recordClaim(sql, taken, principal);
  return taken;
}

const tenantsParameter = ({ tenants }: Principal): readonly string[] | null =>
  tenants === 'all' ? null : [...tenants];

/** A certain case. Refused with `already_claimed` where somebody else holds it, or it is not for this person. */
export async function claimCase(
  sql: Sql,
  id: string,
  principal: Principal,
  rules: ClaimRules,
): Promise<CaseRow> {
  const [taken] = await sql.query<CaseRow & { was_held: boolean }>(
    `UPDATE cases c SET claimed_by = $2, lease_expires_at = ${LEASE},
       claimed_at = CASE WHEN c.claimed_by = $2 AND c.lease_expires_at > now() THEN c.claimed_at ELSE now() END
     FROM (SELECT id, claimed_by = $2 AND lease_expires_at > now() AS was_held FROM cases WHERE id = $1 FOR UPDATE) AS old
     WHERE c.id = old.id AND c.state = 'open' AND NOT $2 = ANY(c.excluded) AND (${IS_FREE} OR c.claimed_by = $2)
     RETURNING ${CASE_COLUMNS}, COALESCE(old.was_held, false) AS was_held`,
    [id, principal.id, rules.leaseSeconds],
  );
  if (!taken) {
    const row = await readCase(sql, id);
    if (!row) throw new ApiRefusal('not_found', 'There is no such case.');
    if (row.state !== 'open') throw new ApiRefusal('not_open', 'The case is closed.');
    throw new ApiRefusal('already_claimed', 'Somebody else works on this case, or it is not for you.');
  }
  if (!taken.was_held) await recordClaim(sql, taken, principal);
  return taken;
}

/** @throws ApiRefusal `lease_lost` */
export async function renewLease(
  sql: Sql,
  id: string,
  principal: Principal,
  rules: ClaimRules,
): Promise<CaseRow> {
  const [row] = await sql.query<CaseRow>(
    `UPDATE cases c SET lease_expires_at = ${LEASE}
     WHERE c.id = $1 AND c.state = 'open' AND c.claimed_by = $2 AND c.lease_expires_at > now()
     RETURNING ${CASE_COLUMNS}`,
    [id, principal.id, rules.leaseSeconds],
  );
  if (!row) throw leaseLost();
  return row;
}

/** Gives a case back to its queue; giving back what is not held is no error. */
export async function releaseCase(sql: Sql, id: string, principal: Principal): Promise<void> {
  const rows = await sql.query<{ queue: string }>(
    `UPDATE cases SET claimed_by = NULL, claimed_at = NULL, lease_expires_at = NULL,
       state = CASE WHEN kind = 'golden' THEN 'closed' ELSE state END
     WHERE id = $1 AND state = 'open' AND claimed_by = $2 RETURNING queue`,
    [id, principal.id],
  );
  if (rows.length === 0) return;
  await endClaim(sql, id, 'released');
  for (const { queue } of rows) await notifyQueue(sql, queue);
}

/** A case as it is, locked, where this person holds its lease. @throws ApiRefusal `lease_lost`, `not_open`, `not_found` */
export async function heldCase(sql: Sql, id: string, principal: Principal): Promise<CaseRow> {
  const row = await readCase(sql, id, true);
  if (!row) throw new ApiRefusal('not_found', 'There is no such case.');
  if (row.state !== 'open') throw new ApiRefusal('not_open', 'The case is closed.');
  if (row.claimed_by !== principal.id) throw leaseLost();
  return row;
}

/** Notes that a claim has begun; one that ran out before it ends now. */
export async function recordClaim(sql: Sql, row: CaseRow, principal: Principal): Promise<void> {
  await endClaim(sql, row.id, 'lost');
  await sql.query('INSERT INTO claims (case_id, reviewer_id) VALUES ($1, $2)', [row.id, principal.id]);
  await notifyQueue(sql, row.queue);
}

export async function endClaim(
  sql: Sql,
  caseId: string,
  outcome: 'reviewed' | 'released' | 'lost',
): Promise<void> {
  await sql.query(
    'UPDATE claims SET ended_at = now(), outcome = $2 WHERE case_id = $1 AND ended_at IS NULL',
    [caseId, outcome],
  );
}

const leaseLost = () => new ApiRefusal('lease_lost', 'You no longer hold this case. Claim it again.');
