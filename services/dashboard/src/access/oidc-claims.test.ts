import { expect, it } from 'vitest';
import { claimRules, principalOf } from './oidc-claims.js';

const rules = claimRules({
  roleClaim: 'groups',
  roles: 'mods=reviewer, mod leads=lead,protectors=child_safety,a=b=viewer',
  queuesClaim: 'queues',
  tenantsClaim: '',
});
const principal = (claims: Record<string, unknown>, issuer = 'https://login.example') =>
  principalOf(issuer, 'ada', claims, rules);

it('takes the highest of the roles, and child safety beside it', () => {
  expect(principal({ groups: ['mods', 'mod leads', 'cooks'] })).toMatchObject({
    role: 'lead',
    childSafety: false,
  });
  expect(principal({ groups: ['protectors', 'mods'] })).toMatchObject({
    role: 'reviewer',
    childSafety: true,
  });
  expect(principal({ groups: 'mods protectors' })).toMatchObject({ role: 'reviewer', childSafety: true });
  expect(principal({ groups: ['a=b'] })).toMatchObject({ role: 'viewer' });
});

it.each([
  [{}],
  [{ groups: [] }],
  [{ groups: ['protectors'] }],
  [{ groups: [7, null] }],
  [{ groups: { mods: true } }],
])('names nobody without a role: %j', (claims) => {
  expect(principal(claims)).toBeNull();
});

it('gives no queue where the claim is configured and missing, and all where it is not configured', () => {
  expect(principal({ groups: ['mods'] })).toMatchObject({ queues: [], tenants: 'all' });
  expect(principal({ groups: ['mods'], queues: ['general'] })).toMatchObject({ queues: ['general'] });
  expect(principal({ groups: ['mods'], queues: '*' })).toMatchObject({ queues: 'all' });
});

it('calls a person by one pseudonym, which differs between providers and holds no name', () => {
  const ids = [{ name: 'Ada' }, { name: 'Ada Byron' }].map(
    (named) => principal({ groups: ['mods'], ...named })?.id,
  );
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).not.toMatch(/ada/i);
  expect(principal({ groups: ['mods'] }, 'https://other.example')?.id).not.toBe(ids[0]);
});

it('takes a role by its own name where nothing else is said', () => {
  const plain = claimRules({ roleClaim: 'roles', roles: '', queuesClaim: '', tenantsClaim: '' });
  expect(principalOf('i', 's', { roles: ['admin'] }, plain)).toMatchObject({ role: 'admin', queues: 'all' });
});
