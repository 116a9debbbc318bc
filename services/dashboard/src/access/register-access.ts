import cookie from '@fastify/cookie';
import { type Logger, UnavailableError } from '@tercet/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { registerAuditRoutes } from '../audit/audit-routes.js';
import type { Database } from '../database/database.js';
import { type AccessConfig, isLoopback } from './config.js';
import { IdentityProvider } from './identity-provider.js';
import { registerLocalLogin } from './local-login.js';
import { registerOidcLogin } from './oidc-login.js';
import { SessionRefresher } from './oidc-session.js';
import type { Principal } from './principal.js';
import { refuse } from './refuse.js';
import { securityHeaders } from './security-headers.js';
import { sessionCookie } from './session-cookie.js';
import { csrfToken, sameSecret } from './session-id.js';
import { LOGOUT, registerSessionRoutes } from './session-routes.js';
import { findSession, type Session } from './session-store.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null: nobody is logged in. */
    principal: Principal | null;
    /** The live session; null where there is none. Its id is secret. */
    session: Session | null;
  }
}

export interface AccessDeps {
  readonly database: Database;
  readonly config: AccessConfig;
  readonly logger: Logger;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What needs to know who asks; the rest are the web app's own files. */
const GUARDED = /^\/(api|auth|content)\//;

/**
 * Installs, on the root instance and before any route: security headers, `request.principal` from the session's cookie,
 * and the refusal of forged requests (an `Origin` that is not ours, or no `x-csrf-token` of the session, on anything but
 * GET). Serves /auth/*, /api/v1/session and /api/v1/audit.
 */
export async function registerAccess(app: FastifyInstance, deps: AccessDeps): Promise<void> {
  const { config, database, logger } = deps;
  const https = config.publicUrl?.startsWith('https:') ?? false;
  const headers = securityHeaders(https);
  const cookies = sessionCookie(https);
  await app.register(cookie);
  app.decorateRequest('principal', null);
  app.decorateRequest('session', null);

  const provider = config.oidc && new IdentityProvider(config.oidc);
  const refresher =
    provider && new SessionRefresher(database, { ...config, oidc: config.oidc }, provider, logger);
  const liveSession = async (id: string, { routeOptions }: FastifyRequest): Promise<Session | null> => {
    const session = await findSession(database, id, config.sessions);
    // Whoever leaves needs no rights, and may leave while the provider is down.
    const isAsked = session?.refreshDue && routeOptions.url !== LOGOUT;
    return isAsked && refresher ? refresher.refresh(session) : session;
  };

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (!isOwnHost(request, config)) return refuse(reply, 'foreign_origin', 'This host name is not served.');
    // By the route, not by the address: `/%61pi/` leads to the same one.
    if (!GUARDED.test(request.routeOptions.url ?? '')) return undefined;
    reply.header('cache-control', 'no-store');
    const id = cookies.read(request);
    try {
      request.session = id === null ? null : await liveSession(id, request);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return refuse(reply, 'login_unavailable', 'Your rights cannot be checked now; try again.');
    }
    request.principal = request.session?.principal ?? null;
    return SAFE_METHODS.has(request.method) ? undefined : refuseForged(request, reply, id, config);
  });

  registerSessionRoutes(app, deps, cookies, provider);
  if (provider) registerOidcLogin(app, deps, cookies, provider);
  else registerLocalLogin(app, deps, cookies);
  registerAuditRoutes(app, database);
}

/** Without a public address only loopback names are served, so that no foreign name can be pointed here. */
function isOwnHost(request: FastifyRequest, config: AccessConfig): boolean {
  return config.publicUrl !== undefined || isLoopback(request.hostname);
}

function refuseForged(
  request: FastifyRequest,
  reply: FastifyReply,
  cookieId: string | null,
  config: AccessConfig,
): FastifyReply | undefined {
  const { origin } = request.headers;
  const ours = config.publicUrl ? new URL(config.publicUrl).origin : `http://${request.host}`;
  if (origin !== undefined && origin !== ours) {
    return refuse(reply, 'foreign_origin', 'The request comes from another site.');
  }
  const token = request.headers['x-csrf-token'];
  if (cookieId === null || typeof token !== 'string' || !sameSecret(token, csrfToken(cookieId))) {
    return refuse(reply, 'bad_csrf_token', 'Load the page again.');
  }
  return undefined;
}
