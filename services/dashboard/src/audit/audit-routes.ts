import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { needs } from '../access/needs.js';
import type { Principal } from '../access/principal.js';
import { refuse } from '../access/refuse.js';
import type { AuditEntryView, AuditPage } from '../api/session.js';
import type { Database, Sql } from '../database/database.js';
import { appendAudit } from './append-audit.js';
import { type AuditRow, entryOf } from './audit-row.js';

const MAX_LIMIT = 200;
const pageQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(100),
  actor: z.string().min(1).max(128).optional(),
});

/**
 * GET /api/v1/audit: newest first. Who does not have all tenants sees what was done to items of their own, and what they
 * did themselves. To look is an act that is logged too.
 */
export function registerAuditRoutes(app: FastifyInstance, database: Database): void {
  app.get('/api/v1/audit', { preHandler: needs({ kind: 'see_audit' }) }, async (request, reply) => {
    const query = pageQuery.parse(request.query);
    const { principal } = request;
    if (!principal) return refuse(reply, 'not_logged_in', 'Log in first.');
    return database.transaction(async (sql): Promise<AuditPage> => {
      const page = await readPage(sql, principal, query);
      const detail = { lines: String(page.entries.length), ...(query.actor ? { of: query.actor } : {}) };
      await appendAudit(sql, { actor: principal.id, act: 'view_audit', subject: '', detail });
      return page;
    });
  });
}

async function readPage(
  sql: Sql,
  { id, tenants }: Principal,
  { before, limit, actor }: z.infer<typeof pageQuery>,
): Promise<AuditPage> {
  const rows = await sql.query<AuditRow>(
    `SELECT * FROM audit_log WHERE n < coalesce($1::bigint, 9223372036854775807) AND ($2::text IS NULL OR actor = $2)
       AND ($3::text[] IS NULL OR split_part(subject, '/', 1) = ANY ($3) OR actor = $4)
     ORDER BY n DESC LIMIT $5`,
    [before ?? null, actor ?? null, tenants === 'all' ? null : tenants, id, limit],
  );
  const entries = rows.map((row): AuditEntryView => {
    const { n, atMs, actor: who, act, subject, detail, hash } = entryOf(row);
    return { n, atMs, actor: who, act, subject, detail, hash };
  });
  return { entries, next: entries.length === limit ? (entries.at(-1)?.n ?? null) : null };
}
