import { Readable } from 'node:stream';
import { itemKey } from '@tercet/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { needs } from '../access/needs.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { makeStatement, type StatementSettings } from './make-statement.js';
import { readFacts, readLatestFacts } from './read-facts.js';

const exportQuery = z.object({
  tenant: z.string().min(1).max(64),
  /** Days in UTC; `to` is the last one. */
  from: z.iso.date(),
  to: z.iso.date(),
});
const itemParams = z.object({ tenant: z.string(), itemId: z.string() });
const DAY_MS = 86_400_000;

/**
 * GET /api/v1/statements?tenant=T&from=DAY&to=DAY: the tenant's statements of reasons, one JSON a line, logged before the
 * first is sent. GET /api/v1/items/:tenant/:itemId/statement: that of the latest decision.
 */
export function registerStatements(
  app: FastifyInstance,
  { database, settings }: { database: Database; settings: StatementSettings },
): void {
  const exporting = needs((request) => ({ kind: 'export_statements', tenant: tenantOf(request) }));

  app.get('/api/v1/statements', { preHandler: exporting }, async (request, reply) => {
    const { tenant, from, to } = exportQuery.parse(request.query);
    const detail = { from, to };
    await database.transaction((sql) =>
      appendAudit(sql, {
        actor: actorOf(request),
        act: 'export_statements',
        subject: `tenant/${tenant}`,
        detail,
      }),
    );
    const span = { tenant, fromMs: Date.parse(from), toMs: Date.parse(to) + DAY_MS };
    reply.header('content-type', 'application/x-ndjson; charset=utf-8');
    reply.header('content-disposition', `attachment; filename="statements-${from}-${to}.ndjson"`);
    return reply.send(Readable.from(statementLines(database, span, settings)));
  });

  app.get('/api/v1/items/:tenant/:itemId/statement', { preHandler: exporting }, async (request) => {
    const { tenant, itemId } = itemParams.parse(request.params);
    const key = itemKey(tenant, itemId);
    return database.transaction(async (sql) => {
      const facts = await readLatestFacts(sql, key);
      const statement = facts && makeStatement(facts, settings);
      await appendAudit(sql, { actor: actorOf(request), act: 'view_statement', subject: key, detail: {} });
      if (!statement)
        throw new ApiRefusal('not_found', 'Nothing restricts this item, or no statement may be made.');
      return statement;
    });
  });
}

async function* statementLines(
  database: Database,
  span: { tenant: string; fromMs: number; toMs: number },
  settings: StatementSettings,
): AsyncGenerator<string> {
  for await (const facts of readFacts(database, span)) {
    const statement = makeStatement(facts, settings);
    if (statement) yield `${JSON.stringify(statement)}\n`;
  }
}

/** From the path, or from the query; what is missing matches no tenant but for who has all. */
function tenantOf(request: FastifyRequest): string {
  const { tenant } = { ...(request.query as object), ...(request.params as object) } as { tenant?: unknown };
  return typeof tenant === 'string' ? tenant : '';
}

function actorOf({ principal }: FastifyRequest): string {
  return principal?.id ?? 'nobody';
}
