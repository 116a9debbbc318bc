import { asTercetError } from '@tercet/kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LogoutAnswer, SessionView } from '../api/session.js';
import { appendAudit } from '../audit/append-audit.js';
import type { IdentityProvider } from './identity-provider.js';
import { ownOrigin } from './oidc-login.js';
import { idTokenOf } from './oidc-session.js';
import type { AccessDeps } from './register-access.js';
import type { SessionCookie } from './session-cookie.js';
import { csrfToken } from './session-id.js';
import { revokeSession } from './session-store.js';

export const LOGOUT = '/auth/logout';

/** GET /api/v1/session, open to everybody, and POST /auth/logout. */
export function registerSessionRoutes(
  app: FastifyInstance,
  deps: AccessDeps,
  cookies: SessionCookie,
  provider: IdentityProvider | undefined,
): void {
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

  app.post(LOGOUT, async (request, reply): Promise<LogoutAnswer> => {
    const { session } = request;
    const next = provider ? await endSessionUrl(request, deps, provider) : undefined;
    if (session) {
      await database.transaction(async (sql) => {
        await revokeSession(sql, session.id);
        await appendAudit(sql, { actor: session.principal.id, act: 'logout', subject: '', detail: {} });
      });
    }
    cookies.clear(reply);
    return { next: next ?? null };
  });
}

/** A provider that does not answer keeps nobody logged in here. */
async function endSessionUrl(
  request: FastifyRequest,
  deps: AccessDeps,
  provider: IdentityProvider,
): Promise<string | undefined> {
  if (!request.session) return undefined;
  try {
    const url = await provider.endSessionUrl(`${ownOrigin(request, deps)}/`, idTokenOf(request.session));
    return url?.href;
  } catch (error) {
    deps.logger.warn('the session at the identity provider is left', { error: asTercetError(error) });
    return undefined;
  }
}
