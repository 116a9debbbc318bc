import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DecisionFilter } from '../../../src/api/decisions.js';
import { readFilter, withFilter, writeFilter } from './filter.js';

const text = fc.string({ minLength: 1, unit: 'grapheme' });
const filters: fc.Arbitrary<DecisionFilter> = fc.record(
  {
    action: text,
    category: text,
    modality: text,
    language: text,
    tenant: text,
    policy: text,
    item: text,
    conflict: fc.boolean(),
    missing: fc.boolean(),
    human: fc.boolean(),
  },
  { requiredKeys: [] },
);

const throughAddress = (filter: DecisionFilter): DecisionFilter =>
  readFilter(Object.fromEntries(new URLSearchParams(writeFilter(filter))));

it('comes back from an address as it went in', () => {
  fc.assert(
    fc.property(filters, (filter) => {
      expect(throughAddress(filter)).toEqual(filter);
    }),
  );
});

it('ignores what no filter is called, and marks that are neither true nor false', () => {
  expect(readFilter({ action: 'block', case: '7', conflict: 'perhaps', item: '' })).toEqual({
    action: 'block',
  });
});

it('removes a filter by an empty value, and keeps the others', () => {
  const filter = { action: 'block', tenant: 'acme' };
  expect(withFilter(filter, 'action', '')).toEqual({ tenant: 'acme' });
  expect(withFilter(filter, 'conflict', true)).toEqual({ ...filter, conflict: true });
  expect(withFilter({ conflict: true }, 'conflict', undefined)).toEqual({});
});
