import { createHash } from 'node:crypto';
import { ConfigError } from '@tercet/kit';
import { type Principal, ROLES, type Role } from './principal.js';

const CHILD_SAFETY = 'child_safety';
/** In a list of queues or tenants. */
const EVERYTHING = '*';

/** Which of the provider's claims means what. */
export interface ClaimRules {
  readonly roleClaim: string;
  /** Value of the role claim -> what it gives. */
  readonly roles: ReadonlyMap<string, Role | typeof CHILD_SAFETY>;
  /** Empty: the deployment does not tell queues apart; everybody has all (but the restricted one). */
  readonly queuesClaim: string;
  /** Empty: everybody has all tenants. */
  readonly tenantsClaim: string;
}

export type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads the rules: `roles` is `value=role,value=role`, such as `mods=reviewer,mod-leads=lead`; empty: the claim names
 * roles as they are.
 * @throws ConfigError
 */
export function claimRules(given: {
  roleClaim: string;
  roles: string;
  queuesClaim: string;
  tenantsClaim: string;
}): ClaimRules {
  const known: readonly string[] = [...ROLES, CHILD_SAFETY];
  const pairs = given.roles.split(',').filter((pair) => pair.trim() !== '');
  const roles = new Map<string, Role | typeof CHILD_SAFETY>();
  for (const pair of pairs.length > 0 ? pairs : known.map((role) => `${role}=${role}`)) {
    const at = pair.lastIndexOf('=');
    const [value, role] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at < 1 || value === '' || !known.includes(role)) {
      throw new ConfigError(`TERCET_OIDC_ROLES wants value=role pairs; roles are ${known.join(', ')}`);
    }
    roles.set(value, role as Role);
  }
  return {
    roleClaim: given.roleClaim,
    roles,
    queuesClaim: given.queuesClaim,
    tenantsClaim: given.tenantsClaim,
  };
}

/** Who the claims say it is, with the highest of the roles named; null where they name none. */
export function principalOf(
  issuer: string,
  subject: string,
  claims: Claims,
  rules: ClaimRules,
): Principal | null {
  const given = listClaim(claims, rules.roleClaim).map((value) => rules.roles.get(value));
  const role = ROLES.findLast((one) => given.includes(one));
  if (!role) return null;
  const id = pseudonym(issuer, subject);
  return {
    id,
    name: nameOf(claims) ?? id,
    role,
    childSafety: given.includes(CHILD_SAFETY),
    queues: scopeOf(claims, rules.queuesClaim),
    tenants: scopeOf(claims, rules.tenantsClaim),
  };
}

/** Stable per person and provider, and no name: it goes into reviews and the audit log. */
export function pseudonym(issuer: string, subject: string): string {
  return `person-${createHash('sha256').update(`${issuer}\n${subject}`).digest('hex').slice(0, 16)}`;
}

function nameOf(claims: Claims): string | undefined {
  return [claims['name'], claims['preferred_username']].find(
    (name) => typeof name === 'string' && name !== '' && name.length <= 200,
  ) as string | undefined;
}

/** A claim that is configured and absent gives nothing. */
function scopeOf(claims: Claims, claim: string): readonly string[] | 'all' {
  if (claim === '') return 'all';
  const values = listClaim(claims, claim);
  return values.includes(EVERYTHING) ? 'all' : values;
}

/** A list of strings, or one string with spaces or commas between. */
function listClaim(claims: Claims, name: string): readonly string[] {
  const value = claims[name];
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((one) => one !== '');
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
