import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, UnavailableError } from '@tercet/kit';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database/database.js';
import type { AccessConfig, OidcConfig } from './config.js';
import { type IdentityProvider, LoginRefused, type ProviderAnswer } from './identity-provider.js';
import { principalOf } from './oidc-claims.js';
import type { Principal } from './principal.js';
import { seal, unseal } from './session-id.js';
import {
  claimRefresh,
  findSession,
  type ProviderGrant,
  releaseRefresh,
  renewSession,
  revokeSession,
  type Session,
} from './session-store.js';

const POLL_MS = 50;

interface Tokens {
  readonly subject: string;
  readonly refreshToken: string | null;
  readonly idToken?: string | undefined;
}

/** What a session keeps of the provider's answer, and when it must ask again. */
export function grantOf(answer: ProviderAnswer, config: OidcConfig): ProviderGrant {
  const { subject, refreshToken = null, idToken } = answer;
  const tokens: Tokens = { subject, refreshToken, idToken };
  const tokenSeconds = answer.expiresInSeconds ?? config.refreshSeconds;
  return {
    sealTokens: (sessionId) => seal(sessionId, 'tokens', JSON.stringify(tokens)),
    // Without a refresh token nobody can be asked: the session ends with the token.
    refreshAfterSeconds: answer.refreshToken ? Math.min(tokenSeconds, config.refreshSeconds) : tokenSeconds,
  };
}

/** What tells the provider whose session it is; undefined where it gave none. */
export function idTokenOf(session: Session): string | undefined {
  return session.sealedTokens === null ? undefined : tokensOf(session).idToken;
}

const tokensOf = ({ id, sealedTokens }: Session): Tokens =>
  JSON.parse(unseal(id, 'tokens', sealedTokens ?? '')) as Tokens;

/**
 * A session whose provider must be asked again, after it was: null where it ended, because the provider refused or names
 * no role any more. One process asks; others wait for its word.
 * @throws UnavailableError `deadline` where the provider does not answer: until it does, nobody is let in on old rights.
 */
export class SessionRefresher {
  constructor(
    private readonly database: Database,
    private readonly config: AccessConfig & { readonly oidc: OidcConfig },
    private readonly provider: IdentityProvider,
    private readonly logger: Logger,
  ) {}

  async refresh(session: Session): Promise<Session | null> {
    const { oidc, sessions } = this.config;
    if (await claimRefresh(this.database, session.id, oidc.timeoutSeconds)) {
      await this.#ask(session);
      return findSession(this.database, session.id, sessions);
    }
    const untilMs = Date.now() + oidc.timeoutSeconds * 1000;
    while (Date.now() < untilMs) {
      await delay(POLL_MS);
      const found = await findSession(this.database, session.id, sessions);
      if (!found?.refreshDue) return found;
    }
    throw new UnavailableError('deadline', 'another process asks the identity provider');
  }

  async #ask(session: Session): Promise<void> {
    try {
      const tokens = tokensOf(session);
      if (tokens.refreshToken === null) return await this.#end(session, 'token expired');
      const answer = await this.provider.refresh(tokens.subject, tokens.refreshToken, tokens.idToken);
      const { issuer, claims } = this.config.oidc;
      const principal = principalOf(issuer, answer.subject, answer.claims, claims);
      if (principal) await this.#renew(session, principal, grantOf(answer, this.config.oidc));
      else await this.#end(session, 'no role');
    } catch (error) {
      if (error instanceof LoginRefused) {
        this.logger.warn('the identity provider ended a session', { error });
        return await this.#end(session, 'refused by the provider');
      }
      await releaseRefresh(this.database, session.id);
      throw error;
    }
  }

  async #renew(session: Session, principal: Principal, grant: ProviderGrant): Promise<void> {
    await this.database.transaction(async (sql) => {
      await renewSession(sql, session.id, principal, grant);
      const [before, now] = [rightsText(session.principal), rightsText(principal)];
      if (before === now) return;
      await appendAudit(sql, {
        actor: principal.id,
        act: 'role_changed',
        subject: '',
        detail: { before, now },
      });
    });
  }

  async #end(session: Session, why: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      await revokeSession(sql, session.id);
      await appendAudit(sql, {
        actor: session.principal.id,
        act: 'session_ended',
        subject: '',
        detail: { why },
      });
    });
  }
}

function rightsText({ role, childSafety, queues, tenants }: Principal): string {
  const named = (list: readonly string[] | 'all') => (list === 'all' ? 'all' : list.join(' '));
  return `${role}${childSafety ? ', child safety' : ''}; queues ${named(queues)}; tenants ${named(tenants)}`;
}
