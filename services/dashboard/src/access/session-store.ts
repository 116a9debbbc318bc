import type { Sql } from '../database/database.js';
import type { Principal } from './principal.js';
import { hashOf, newSessionId } from './session-id.js';

/** How long sessions last; by the database's clock. */
export interface SessionLimits {
  readonly maxSeconds: number;
  /** Without a request. */
  readonly idleSeconds: number;
}

/** A session that is neither expired, idle too long, nor revoked. */
export interface Session {
  readonly id: string;
  readonly principal: Principal;
  /** Whichever comes first of the end and the idle limit, milliseconds since the epoch. */
  readonly expiresAtMs: number;
  /** The provider must be asked again before this session is used. */
  readonly refreshDue: boolean;
  readonly sealedTokens: string | null;
}

/** What a login at a provider leaves beside the principal. */
export interface ProviderGrant {
  readonly sealTokens: (sessionId: string) => string | null;
  readonly refreshAfterSeconds: number;
}

interface Row {
  readonly principal: string;
  readonly expires_at_ms: number;
  readonly refresh_due: boolean;
  readonly sealed_tokens: string | null;
  readonly seen_seconds_ago: number;
}

const LIVE = `id_hash = $1 AND revoked_at IS NULL AND expires_at > now()
  AND last_seen_at > now() - make_interval(secs => $2::float8)`;
/** `last_seen_at` is written at most this often, relative to the idle limit. */
const TOUCHES_PER_IDLE = 20;

/** Begins a session, within the transaction that logs the login. Returns the cookie's value. */
export async function beginSession(
  sql: Sql,
  principal: Principal,
  limits: SessionLimits,
  grant?: ProviderGrant,
): Promise<string> {
  const id = newSessionId();
  await sql.query(
    `INSERT INTO sessions (id_hash, principal, expires_at, refresh_at, sealed_tokens)
     VALUES ($1, $2, now() + make_interval(secs => $3::float8), now() + make_interval(secs => $4::float8), $5)`,
    [
      hashOf(id),
      JSON.stringify(principal),
      limits.maxSeconds,
      grant?.refreshAfterSeconds ?? null,
      grant?.sealTokens(id) ?? null,
    ],
  );
  // Nobody asks for these again; logins are rare enough to clear them.
  await sql.query(`DELETE FROM sessions WHERE expires_at < now() - interval '1 day'`);
  return id;
}

/** The live session of a cookie's value; null where there is none. Counts as use of it. */
export async function findSession(sql: Sql, id: string, limits: SessionLimits): Promise<Session | null> {
  const [row] = await sql.query<Row>(
    `SELECT principal, sealed_tokens, coalesce(refresh_at <= now(), false) AS refresh_due,
       (extract(epoch FROM least(expires_at, now() + make_interval(secs => $2::float8))) * 1000)::float8 AS expires_at_ms,
       extract(epoch FROM now() - last_seen_at)::float8 AS seen_seconds_ago
     FROM sessions WHERE ${LIVE}`,
    [hashOf(id), limits.idleSeconds],
  );
  if (!row) return null;
  if (row.seen_seconds_ago > limits.idleSeconds / TOUCHES_PER_IDLE) {
    await sql.query(`UPDATE sessions SET last_seen_at = now() WHERE ${LIVE}`, [
      hashOf(id),
      limits.idleSeconds,
    ]);
  }
  return {
    id,
    principal: JSON.parse(row.principal) as Principal,
    expiresAtMs: Math.floor(row.expires_at_ms),
    refreshDue: row.refresh_due,
    sealedTokens: row.sealed_tokens,
  };
}

/** Ends a session now. */
export async function revokeSession(sql: Sql, id: string): Promise<void> {
  await sql.query('UPDATE sessions SET revoked_at = now(), sealed_tokens = NULL WHERE id_hash = $1', [
    hashOf(id),
  ]);
}

/** Whether this process is the one that asks the provider again; another one may try after `leaseSeconds`. */
export async function claimRefresh(sql: Sql, id: string, leaseSeconds: number): Promise<boolean> {
  const claimed = await sql.query(
    `UPDATE sessions SET refreshing_until = now() + make_interval(secs => $2::float8)
     WHERE id_hash = $1 AND revoked_at IS NULL AND refresh_at <= now()
       AND (refreshing_until IS NULL OR refreshing_until < now())
     RETURNING id_hash`,
    [hashOf(id), leaseSeconds],
  );
  return claimed.length > 0;
}

/** Lets others ask at once, where the provider did not answer. */
export async function releaseRefresh(sql: Sql, id: string): Promise<void> {
  await sql.query('UPDATE sessions SET refreshing_until = NULL WHERE id_hash = $1', [hashOf(id)]);
}

/** Writes down what the provider said about the person now. */
export async function renewSession(
  sql: Sql,
  id: string,
  principal: Principal,
  grant: ProviderGrant,
): Promise<void> {
  await sql.query(
    `UPDATE sessions SET principal = $2, refresh_at = now() + make_interval(secs => $3::float8), sealed_tokens = $4,
       refreshing_until = NULL WHERE id_hash = $1 AND revoked_at IS NULL`,
    [hashOf(id), JSON.stringify(principal), grant.refreshAfterSeconds, grant.sealTokens(id)],
  );
}
