import type { FastifyInstance } from 'fastify';
import type { SessionView } from '../api/session.js';
import { appendAudit } from '../audit/append-audit.js';
import type { AccessDeps } from './register-access.js';
import type { SessionCookie } from './session-cookie.js';
import { csrfToken } from './session-id.js';
import { revokeSession } from './session-store.js';

/** GET /api/v1/session, open to everybody, and POST /auth/logout. */
export function registerSessionRoutes(app: FastifyInstance, deps: AccessDeps, cookies: SessionCookie): void {
  const { config, database } = deps;

  app.get('/api/v1/session', async (request, reply): Promise<SessionView> => {
    const id = cookies.ensure(request, reply);
    const { session } = request;
    return {
      user: session?.principal ?? null,
      login: config.oidc ? 'oidc' : 'local',
      csrfToken: csrfToken(id),
      expiresAtMs: session?.expiresAtMs ?? null,
    };
  });

  app.post('/auth/logout', async (request, reply) => {
    const { session } = request;
    if (session) {
      await database.transaction(async (sql) => {
        await revokeSession(sql, session.id);
        await appendAudit(sql, { actor: session.principal.id, act: 'logout', subject: '', detail: {} });
      });
    }
    cookies.clear(reply);
    return reply.code(204).send();
  });
}
