import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { needs } from '../access/needs.js';
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

/** GET /api/v1/audit: newest first. To look is an act that is logged too. */
export function registerAuditRoutes(app: FastifyInstance, database: Database): void {
  app.get('/api/v1/audit', { preHandler: needs({ kind: 'see_audit' }) }, async (request) => {
    const query = pageQuery.parse(request.query);
    const { principal } = request;
    return database.transaction(async (sql): Promise<AuditPage> => {
      const page = await readPage(sql, query);
      const detail = {
        lines: String(page.entries.length),
        ...(query.actor ? { of: query.actor } : {}),
      };
      await appendAudit(sql, { actor: principal?.id ?? 'nobody', act: 'view_audit', subject: '', detail });
      return page;
    });
  });
}

async function readPage(sql: Sql, { before, limit, actor }: z.infer<typeof pageQuery>): Promise<AuditPage> {
  const rows = await sql.query<AuditRow>(
    `SELECT * FROM audit_log WHERE n < coalesce($1::bigint, 9223372036854775807) AND ($2::text IS NULL OR actor = $2)
     ORDER BY n DESC LIMIT $3`,
    [before ?? null, actor ?? null, limit],
  );
  const entries = rows.map((row): AuditEntryView => {
    const { n, atMs, actor: who, act, subject, detail, hash } = entryOf(row);
    return { n, atMs, actor: who, act, subject, detail, hash };
  });
  return { entries, next: entries.length === limit ? (entries.at(-1)?.n ?? null) : null };
}
