import { UnavailableError } from '@tercet/kit';
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';
import type { OidcConfig } from './config.js';
import type { Claims } from './oidc-claims.js';

/** What must be remembered between the way to the provider and back. */
export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What the provider says of a person now. */
export interface ProviderAnswer {
  readonly subject: string;
  /** Of the ID token and the userinfo endpoint, the latter before the former. */
  readonly claims: Claims;
  readonly refreshToken: string | undefined;
  /** The latest one, which tells the provider whose session a logout is to end. */
  readonly idToken: string | undefined;
  /** Until the access token expires; undefined: it does not say. */
  readonly expiresInSeconds: number | undefined;
}

/** The provider, or the browser that came back from it, did not say what a login needs. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

/**
 * An OpenID Connect provider: authorization code with PKCE, state and nonce. ID tokens are checked for issuer,
 * audience, times and signature. Its metadata are fetched when first needed, so that the dashboard starts without it.
 * Methods throw LoginRefused, or UnavailableError `deadline` where the provider does not answer.
 */
export class IdentityProvider {
  #configuration: Promise<Configuration> | undefined;

  constructor(private readonly config: OidcConfig) {}

  /** Where to send the browser. */
  async begin(redirectUri: string): Promise<{ url: URL; attempt: LoginAttempt }> {
    const attempt = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
    return refusing(async () => {
      const url = buildAuthorizationUrl(await this.#discovered(), {
        redirect_uri: redirectUri,
        scope: this.config.scopes,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: 'S256',
        // A provider gives a refresh token for offline_access only where the person agrees (OpenID Connect Core, 11).
        ...(this.config.scopes.split(' ').includes('offline_access') ? { prompt: 'consent' } : {}),
      });
      return { url, attempt };
    });
  }

  /** Redeems the code that the browser brought back under `url`. */
  async finish(url: URL, attempt: LoginAttempt): Promise<ProviderAnswer> {
    return refusing(async () => {
      const configuration = await this.#discovered();
      const tokens = await authorizationCodeGrant(configuration, url, {
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.codeVerifier,
        idTokenExpected: true,
      });
      const subject = tokens.claims()?.sub;
      if (subject === undefined) throw new LoginRefused('no subject');
      return this.#answer(configuration, tokens, subject, {});
    });
  }

  /** Asks again about a person who logged in before. */
  async refresh(subject: string, refreshToken: string, idToken?: string): Promise<ProviderAnswer> {
    return refusing(async () => {
      const configuration = await this.#discovered();
      const tokens = await refreshTokenGrant(configuration, refreshToken);
      const named = tokens.claims()?.sub ?? subject;
      if (named !== subject) throw new LoginRefused('another subject');
      return this.#answer(configuration, tokens, subject, { refreshToken, idToken });
    });
  }

  /**
   * Where the browser ends the person's session at the provider, and comes back to `returnTo` from; undefined where the
   * provider names no such place (OpenID Connect RP-Initiated Logout).
   */
  async endSessionUrl(returnTo: string, idToken: string | undefined): Promise<URL | undefined> {
    return refusing(async () => {
      const configuration = await this.#discovered();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      return buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: returnTo,
        ...(idToken === undefined ? {} : { id_token_hint: idToken }),
      });
    });
  }

  async #answer(
    configuration: Configuration,
    tokens: TokenEndpointResponse & TokenEndpointResponseHelpers,
    subject: string,
    last: { readonly refreshToken?: string | undefined; readonly idToken?: string | undefined },
  ): Promise<ProviderAnswer> {
    const hasUserInfo = configuration.serverMetadata().userinfo_endpoint !== undefined;
    const userInfo = hasUserInfo ? await fetchUserInfo(configuration, tokens.access_token, subject) : {};
    return {
      subject,
      claims: { ...tokens.claims(), ...userInfo },
      // A provider that does not rotate refresh tokens sends no new one; nor need it send an ID token again.
      refreshToken: tokens.refresh_token ?? last.refreshToken,
      idToken: tokens.id_token ?? last.idToken,
      expiresInSeconds: tokens.expiresIn(),
    };
  }

  #discovered(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, timeoutSeconds } = this.config;
    const insecure = issuer.startsWith('http:') ? [allowInsecureRequests] : [];
    this.#configuration ??= discovery(new URL(issuer), clientId, clientSecret, undefined, {
      execute: [enableNonRepudiationChecks, ...insecure],
      timeout: timeoutSeconds,
    }).catch((error: unknown) => {
      this.#configuration = undefined;
      throw error;
    });
    return this.#configuration;
  }
}

/** Tells what the provider or a check refused from what did not answer. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LoginRefused) throw error;
    if (isOutage(error)) {
      throw new UnavailableError('deadline', 'the identity provider does not answer', { cause: error });
    }
    throw new LoginRefused(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The names of openid-client and fetch for what a later try may mend. */
const OUTAGES = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM']);

function isOutage(error: unknown): boolean {
  if (error instanceof AuthorizationResponseError) return false;
  if (error instanceof ResponseBodyError) return error.status >= 500;
  const { code } = error as { code?: unknown };
  // fetch rejects with a TypeError of its own, which has no code.
  return error instanceof TypeError ? code === undefined : typeof code === 'string' && OUTAGES.has(code);
}
