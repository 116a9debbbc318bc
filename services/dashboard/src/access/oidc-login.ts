import { UnavailableError } from '@tercet/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { appendAudit } from '../audit/append-audit.js';
import type { OidcConfig } from './config.js';
import { type IdentityProvider, LoginRefused, type ProviderAnswer } from './identity-provider.js';
import { principalOf, pseudonym } from './oidc-claims.js';
import { grantOf } from './oidc-session.js';
import type { AccessCode } from './refuse.js';
import type { AccessDeps } from './register-access.js';
import { LOGIN_SECONDS, type SessionCookie } from './session-cookie.js';
import { seal, unseal } from './session-id.js';
import { beginSession, revokeSession } from './session-store.js';

const MAX_RETURN_CHARS = 1000;
const pending = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  returnPath: z.string(),
  expiresAtMs: z.number(),
});
type PendingLogin = z.infer<typeof pending>;

/**
 * GET /auth/login?return=PATH sends the browser to the provider, GET /auth/callback takes it back. A login that fails
 * ends on the page /login?error=CODE.
 */
export function registerOidcLogin(
  app: FastifyInstance,
  deps: AccessDeps,
  cookies: SessionCookie,
  provider: IdentityProvider,
): void {
  const { oidc } = deps.config;
  if (!oidc) return;

  app.get<{ Querystring: { return?: string } }>('/auth/login', async (request, reply) => {
    const id = cookies.ensure(request, reply);
    try {
      const { url, attempt } = await provider.begin(redirectUri(request, deps));
      const login: PendingLogin = {
        ...attempt,
        returnPath: ownPath(request.query.return),
        expiresAtMs: Date.now() + LOGIN_SECONDS * 1000,
      };
      // Under the cookie's own key: no other browser can finish this login, and nothing is kept here for who never does.
      cookies.writeLogin(reply, seal(id, 'login', JSON.stringify(login)));
      return reply.redirect(url.href);
    } catch (error) {
      return backToLogin(reply, deps, error);
    }
  });

  app.get('/auth/callback', async (request, reply) => {
    const login = pendingLogin(request, cookies);
    cookies.clearLogin(reply);
    if (!login) return backToLogin(reply, deps, new LoginRefused('no login was begun in this browser'));
    try {
      const { search } = new URL(request.url, 'http://localhost');
      const url = new URL(`${redirectUri(request, deps)}${search}`);
      const answer = await provider.finish(url, login);
      const id = await logIn(request, deps, oidc, answer);
      if (id === null) return toLogin(reply, 'forbidden');
      cookies.write(reply, id);
      return reply.redirect(login.returnPath);
    } catch (error) {
      return backToLogin(reply, deps, error);
    }
  });
}

/** The new session's id; null where the provider gives the person no role here. */
async function logIn(
  request: FastifyRequest,
  { config, database }: AccessDeps,
  oidc: OidcConfig,
  answer: ProviderAnswer,
): Promise<string | null> {
  const principal = principalOf(oidc.issuer, answer.subject, answer.claims, oidc.claims);
  return database.transaction(async (sql) => {
    if (!principal) {
      const actor = pseudonym(oidc.issuer, answer.subject);
      await appendAudit(sql, { actor, act: 'login_refused', subject: '', detail: { why: 'no role' } });
      return null;
    }
    if (request.session) await revokeSession(sql, request.session.id);
    const begun = await beginSession(sql, principal, config.sessions, grantOf(answer, oidc));
    const detail = { login: 'oidc', role: principal.role };
    await appendAudit(sql, { actor: principal.id, act: 'login', subject: '', detail });
    return begun;
  });
}

function pendingLogin(request: FastifyRequest, cookies: SessionCookie): PendingLogin | null {
  const [id, sealed] = [cookies.read(request), cookies.readLogin(request)];
  if (id === null || sealed === null) return null;
  try {
    const login = pending.parse(JSON.parse(unseal(id, 'login', sealed)));
    return login.expiresAtMs > Date.now() ? login : null;
  } catch {
    // Changed on its way, or begun under a cookie that is gone.
    return null;
  }
}

function backToLogin(reply: FastifyReply, { logger }: AccessDeps, error: unknown): FastifyReply {
  if (error instanceof UnavailableError) {
    logger.warn('no login', { error });
    return toLogin(reply, 'login_unavailable');
  }
  if (!(error instanceof LoginRefused)) throw error;
  logger.warn('login refused', { error });
  return toLogin(reply, 'login_failed');
}

function toLogin(reply: FastifyReply, code: AccessCode): FastifyReply {
  return reply.redirect(`/login?error=${code}`);
}

const redirectUri = (request: FastifyRequest, deps: AccessDeps): string =>
  `${ownOrigin(request, deps)}/auth/callback`;

/** Origin under which this browser sees the dashboard. */
export function ownOrigin(request: FastifyRequest, { config }: Pick<AccessDeps, 'config'>): string {
  return config.publicUrl ? new URL(config.publicUrl).origin : `http://${request.host}`;
}

/** A path of ours to return to; `/` for anything that would lead elsewhere. */
export function ownPath(given: string | undefined): string {
  if (given === undefined || given.length > MAX_RETURN_CHARS || !given.startsWith('/')) return '/';
  const base = 'http://own.invalid';
  const url = URL.canParse(given, base) ? new URL(given, base) : undefined;
  if (url?.origin !== base) return '/';
  return url.pathname.startsWith('//') ? '/' : `${url.pathname}${url.search}`;
}
