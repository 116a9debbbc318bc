import { expect, it } from 'vitest';
import { judgeSchema } from './check-schema.js';
import type { Migration } from './migrations.js';

const migration = (name: string, otherwise: Partial<Migration> = {}): Migration => ({
  name,
  text: '',
  sha256: `hash of ${name}`,
  breaksOlder: false,
  ...otherwise,
});
const OURS = [migration('0001_a.sql'), migration('0002_b.sql')];

it('fits where everything was applied as it is', () => {
  expect(judgeSchema(OURS, OURS)).toEqual({ fits: true, beyond: [] });
});

it('is behind on an empty database, and where one is missing', () => {
  expect(judgeSchema(OURS, [])).toMatchObject({
    code: 'schema_behind',
    migrations: ['0001_a.sql', '0002_b.sql'],
  });
  expect(judgeSchema(OURS, OURS.slice(0, 1))).toEqual({
    fits: false,
    code: 'schema_behind',
    migrations: ['0002_b.sql'],
  });
});

it('goes on beside what a newer build added, so that roll-outs and rollbacks pass', () => {
  expect(judgeSchema(OURS, [...OURS, migration('0003_c.sql')])).toEqual({
    fits: true,
    beyond: ['0003_c.sql'],
  });
});

it('is ahead where a newer build broke with this one', () => {
  const breaking = migration('0003_c.sql', { breaksOlder: true });
  expect(judgeSchema(OURS, [...OURS, breaking, migration('0004_d.sql')])).toEqual({
    fits: false,
    code: 'schema_ahead',
    migrations: ['0003_c.sql'],
  });
});

it('does not mind a breaking migration of its own', () => {
  const own = [...OURS, migration('0003_c.sql', { breaksOlder: true })];
  expect(judgeSchema(own, own)).toEqual({ fits: true, beyond: [] });
});

it('names a migration that was changed after it was applied, before anything else', () => {
  const other = migration('0001_a.sql', { sha256: 'another hash' });
  expect(judgeSchema(OURS, [other])).toEqual({
    fits: false,
    code: 'schema_changed',
    migrations: ['0001_a.sql'],
  });
});
