import { expect, it } from 'vitest';
import { keepsUp } from './keeps-up.js';

const trial = (at: (n: number) => number) => Array.from({ length: 1_000 }, (_, n) => at(n));

it('takes a latency that wavers for one that is kept up with', () => {
  expect(keepsUp(trial((n) => 20 + (n % 17)))).toBe(true);
  expect(keepsUp(trial((n) => (n < 500 ? 60 : 30)))).toBe(true);
});

it('does not where it grows, or decisions stay behind', () => {
  expect(keepsUp(trial((n) => 20 + n / 5))).toBe(false);
  expect(keepsUp(trial((n) => (n % 10 === 0 ? 1_200 : 20)))).toBe(false);
});
