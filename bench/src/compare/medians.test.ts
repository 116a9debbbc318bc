import { expect, it } from 'vitest';
import { figureOf } from '../result.js';
import { compareRounds } from './medians.js';

const result = (rate: number, more: object = {}) => ({
  suite: 'x',
  machine: 'm',
  ratios: { r: rate / 10 },
  figures: { rate: figureOf([rate], 'per s'), ...more },
  notes: [],
});

it('compares round by round what both have', () => {
  const rows = compareRounds([result(10), result(20)], [result(20), result(30, { gone: figureOf([1], '') })]);
  expect(rows.map(({ name }) => name)).toEqual(['rate', 'ratio r']);
  expect(rows[0]?.base.median).toBe(15);
  expect(rows[0]?.here.median).toBe(25);
  expect(rows[0]?.change).toEqual({ median: 1.75, min: 1.5, max: 2, unit: 'of base' });
});

it('leaves out what the base does not measure', () => {
  expect(compareRounds([result(10)], [result(20, { extra: figureOf([1], '') })])).toHaveLength(2);
});
