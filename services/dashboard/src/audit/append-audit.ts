import { BugError } from '@tercet/kit';
import type { Sql } from '../database/database.js';
import { type AuditEntry, type AuditEvent, detailText, entryHash, NO_HASH } from './entry.js';

/** Number of the advisory lock that makes lines of several processes one chain. */
const CHAIN_LOCK = 7_263_811;

/**
 * Writes a line in the transaction of the act, so that neither is there without the other. The chain's lock is held to
 * the transaction's end: call it last, so that nobody waits for this transaction and it for nobody.
 */
export async function appendAudit(sql: Sql, event: AuditEvent): Promise<AuditEntry> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [CHAIN_LOCK]);
  // A statement of its own: it sees what was committed before the lock was given.
  const [head] = await sql.query<{ n: number; hash: string; now_ms: number }>(
    `SELECT n, hash, floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms
     FROM (SELECT n, hash FROM audit_log UNION ALL SELECT 0::bigint, $1::text) AS lines ORDER BY n DESC LIMIT 1`,
    [NO_HASH],
  );
  if (!head) throw new BugError('a union with one line has none');
  const unhashed = { ...event, n: head.n + 1, atMs: head.now_ms, previousHash: head.hash };
  const entry = { ...unhashed, hash: entryHash(unhashed) };
  await sql.query(
    `INSERT INTO audit_log (n, at_ms, actor, act, subject, detail, previous_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      entry.n,
      entry.atMs,
      entry.actor,
      entry.act,
      entry.subject,
      detailText(entry.detail),
      entry.previousHash,
      entry.hash,
    ],
  );
  return entry;
}
