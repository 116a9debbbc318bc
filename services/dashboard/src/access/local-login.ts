import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { appendAudit } from '../audit/append-audit.js';
import { type Principal, ROLES } from './principal.js';
import { refuse } from './refuse.js';
import type { AccessDeps } from './register-access.js';
import type { SessionCookie } from './session-cookie.js';
import { beginSession, revokeSession } from './session-store.js';

const scope = z.union([z.literal('all'), z.array(z.string().min(1).max(64)).max(100)]).default('all');
const loginBody = z.strictObject({
  name: z.string().trim().min(1).max(60),
  role: z.enum(ROLES),
  childSafety: z.boolean().default(false),
  queues: scope,
  tenants: scope,
});

/** POST /auth/local: whoever asks is who they say. Served only where readAccessConfig let the local login be. */
export function registerLocalLogin(app: FastifyInstance, deps: AccessDeps, cookies: SessionCookie): void {
  const { config, database } = deps;
  app.post('/auth/local', async (request, reply) => {
    const body = loginBody.safeParse(request.body);
    if (!body.success) return refuse(reply, 'bad_login', 'A name and a role are needed.');
    const principal: Principal = { id: localId(body.data.name), ...body.data };
    const id = await database.transaction(async (sql) => {
      if (request.session) await revokeSession(sql, request.session.id);
      const begun = await beginSession(sql, principal, config.sessions);
      const detail = { login: 'local', role: principal.role };
      await appendAudit(sql, { actor: principal.id, act: 'login', subject: '', detail });
      return begun;
    });
    cookies.write(reply, id);
    return reply.code(204).send();
  });
}

function localId(name: string): string {
  return `local-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
