import { ConfigError, type Env, readEnv, settings } from '@tercet/kit';
import { z } from 'zod';
import { type ClaimRules, claimRules } from './oidc-claims.js';
import type { SessionLimits } from './session-store.js';

const shape = {
  NODE_ENV: z.string().default(''),
  TERCET_DASHBOARD_HOST: settings.host,
  TERCET_DASHBOARD_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TERCET_DASHBOARD_LOGIN: settings.oneOf(['oidc', 'local']),
  TERCET_SESSION_MAX_SECONDS: settings.positive(12 * 3600),
  TERCET_SESSION_IDLE_SECONDS: settings.positive(1800),
  TERCET_SESSION_REFRESH_SECONDS: settings.positive(300),
  TERCET_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  TERCET_OIDC_CLIENT_ID: z.string().min(1).optional(),
  TERCET_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  TERCET_OIDC_SCOPES: z.string().default('openid profile offline_access'),
  TERCET_OIDC_TIMEOUT_SECONDS: settings.positive(10),
  TERCET_OIDC_ROLE_CLAIM: z.string().min(1).default('groups'),
  TERCET_OIDC_ROLES: z.string().default(''),
  TERCET_OIDC_QUEUES_CLAIM: z.string().default(''),
  TERCET_OIDC_TENANTS_CLAIM: z.string().default(''),
};

export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scopes: string;
  readonly timeoutSeconds: number;
  /** The person's rights are asked for again after so long, whatever the tokens say. */
  readonly refreshSeconds: number;
  readonly claims: ClaimRules;
}

export interface AccessConfig {
  /** Origin under which browsers see the dashboard; undefined: http on the loopback port. */
  readonly publicUrl: string | undefined;
  readonly sessions: SessionLimits;
  /** undefined: the local development login. */
  readonly oidc: OidcConfig | undefined;
}

/**
 * Settings of login and sessions. The local login, which lets in whoever asks, cannot be on in production: it is
 * refused where NODE_ENV says so, where a provider is configured, and where anything but loopback can reach it.
 * @throws ConfigError
 */
export function readAccessConfig(env: Env): AccessConfig {
  const read = readEnv(shape, env);
  const publicUrl = read.TERCET_DASHBOARD_PUBLIC_URL;
  const sessions = {
    maxSeconds: read.TERCET_SESSION_MAX_SECONDS,
    idleSeconds: read.TERCET_SESSION_IDLE_SECONDS,
  };
  if (read.TERCET_DASHBOARD_LOGIN === 'local') {
    refuseLocal(read.NODE_ENV === 'production', 'NODE_ENV is production');
    refuseLocal(read.TERCET_OIDC_ISSUER !== undefined, 'TERCET_OIDC_ISSUER is set');
    refuseLocal(!isLoopback(read.TERCET_DASHBOARD_HOST), 'TERCET_DASHBOARD_HOST is not a loopback address');
    refuseLocal(publicUrl !== undefined, 'TERCET_DASHBOARD_PUBLIC_URL is set');
    return { publicUrl: undefined, sessions, oidc: undefined };
  }
  const { TERCET_OIDC_ISSUER: issuer, TERCET_OIDC_CLIENT_ID: clientId } = read;
  if (issuer === undefined) {
    throw new ConfigError('TERCET_OIDC_ISSUER is not set; for development, set TERCET_DASHBOARD_LOGIN=local');
  }
  if (clientId === undefined) throw new ConfigError('TERCET_OIDC_CLIENT_ID is not set');
  refuseOpenHttp('TERCET_OIDC_ISSUER', issuer);
  if (publicUrl !== undefined) refuseOpenHttp('TERCET_DASHBOARD_PUBLIC_URL', publicUrl);
  else if (!isLoopback(read.TERCET_DASHBOARD_HOST))
    throw new ConfigError('TERCET_DASHBOARD_PUBLIC_URL is not set');
  return {
    publicUrl,
    sessions,
    oidc: {
      issuer,
      clientId,
      clientSecret: read.TERCET_OIDC_CLIENT_SECRET,
      scopes: read.TERCET_OIDC_SCOPES,
      timeoutSeconds: read.TERCET_OIDC_TIMEOUT_SECONDS,
      refreshSeconds: read.TERCET_SESSION_REFRESH_SECONDS,
      claims: claimRules({
        roleClaim: read.TERCET_OIDC_ROLE_CLAIM,
        roles: read.TERCET_OIDC_ROLES,
        queuesClaim: read.TERCET_OIDC_QUEUES_CLAIM,
        tenantsClaim: read.TERCET_OIDC_TENANTS_CLAIM,
      }),
    },
  };
}

/** Whether a host name means this machine alone. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

function refuseLocal(wrong: boolean, why: string): void {
  if (wrong)
    throw new ConfigError(`TERCET_DASHBOARD_LOGIN: the local login is for development alone, and ${why}`);
}

function refuseOpenHttp(name: string, url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !isLoopback(hostname)) throw new ConfigError(`${name} wants https://`);
}
