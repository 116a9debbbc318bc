import { describe, expect, it } from 'vitest';
import { type Principal, type Right, ROLES, type Role } from './principal.js';
import { may, RESTRICTED_QUEUE } from './rights.js';

const person = (role: Role, change: Partial<Principal> = {}): Principal => ({
  id: 'p',
  name: 'P',
  role,
  childSafety: false,
  queues: 'all',
  tenants: 'all',
  ...change,
});

/** Which of viewer, reviewer, lead and admin, with all queues and tenants, have the right. */
const TABLE: readonly [string, Right, readonly [boolean, boolean, boolean, boolean]][] = [
  ['see the feed', { kind: 'view' }, [true, true, true, true]],
  ['see an item', { kind: 'view', tenant: 'acme' }, [true, true, true, true]],
  ['see content', { kind: 'see_content', tenant: 'acme', restricted: false }, [true, true, true, true]],
  [
    'see restricted content',
    { kind: 'see_content', tenant: 'acme', restricted: true },
    [false, false, false, false],
  ],
  ['work in a queue', { kind: 'work_queue', queue: 'general' }, [false, true, true, true]],
  [
    'work in the restricted queue',
    { kind: 'work_queue', queue: RESTRICTED_QUEUE },
    [false, false, false, false],
  ],
  ['review', { kind: 'review', tenant: 'acme', queue: 'general' }, [false, true, true, true]],
  [
    'review a restricted case',
    { kind: 'review', tenant: 'acme', queue: RESTRICTED_QUEUE },
    [false, false, false, false],
  ],
  ['see quality', { kind: 'see_quality' }, [false, false, true, true]],
  ['see the audit log', { kind: 'see_audit' }, [false, false, true, true]],
  ['export statements', { kind: 'export_statements', tenant: 'acme' }, [false, false, true, true]],
  ['change settings', { kind: 'change_settings' }, [false, false, false, true]],
];

describe('who may', () => {
  it.each(
    TABLE.flatMap(([what, right, answers]) =>
      ROLES.map((role, at) => [role, what, answers[at], right] as const),
    ),
  )('%s: %s: %s', (role, _, answer, right) => {
    expect(may(person(role), right)).toBe(answer);
  });

  it.each(ROLES)('%s with child safety: the restricted queue from reviewer on, its content never', (role) => {
    const given = person(role, { childSafety: true, queues: [] });
    expect(may(given, { kind: 'work_queue', queue: RESTRICTED_QUEUE })).toBe(role !== 'viewer');
    expect(may(given, { kind: 'review', tenant: 'acme', queue: RESTRICTED_QUEUE })).toBe(role !== 'viewer');
    expect(may(given, { kind: 'work_queue', queue: 'general' })).toBe(false);
    expect(may(given, { kind: 'see_content', tenant: 'acme', restricted: true })).toBe(false);
  });

  it('naming the restricted queue in a list does not give it', () => {
    const listed = person('admin', { queues: [RESTRICTED_QUEUE] });
    expect(may(listed, { kind: 'work_queue', queue: RESTRICTED_QUEUE })).toBe(false);
  });

  it('a list of queues is kept to', () => {
    const listed = person('lead', { queues: ['general'] });
    expect(may(listed, { kind: 'work_queue', queue: 'general' })).toBe(true);
    expect(may(listed, { kind: 'work_queue', queue: 'appeals' })).toBe(false);
  });

  it.each<[string, (tenant: string) => Right]>([
    ['view', (tenant) => ({ kind: 'view', tenant })],
    ['see_content', (tenant) => ({ kind: 'see_content', tenant, restricted: false })],
    ['review', (tenant) => ({ kind: 'review', tenant, queue: 'general' })],
    ['export_statements', (tenant) => ({ kind: 'export_statements', tenant })],
  ])('%s is kept to the tenants, an admin’s too', (_, right) => {
    for (const role of ['lead', 'admin'] as const) {
      const listed = person(role, { tenants: ['acme'] });
      expect(may(listed, right('acme'))).toBe(true);
      expect(may(listed, right('acme2'))).toBe(false);
      expect(may(person(role, { tenants: [] }), right('acme'))).toBe(false);
    }
  });
});
