import { expect, it } from 'vitest';
import { formatDuration, formatPercent, formatPosition, formatScore } from './format.js';

it.each([
  [-5, '0 ms'],
  [840, '840 ms'],
  [999.6, '1.0 s'],
  [3249, '3.2 s'],
  [9960, '10 s'],
  [59_700, '1 min'],
  [250_000, '4 min 10 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('says %d ms as %s', (ms, said) => {
  expect(formatDuration(ms)).toBe(said);
});

it('never rounds a probability to certainty', () => {
  expect([0, 0.003, 0.5, 0.997, 1].map(formatScore)).toEqual(['0.00', '<0.01', '0.50', '>0.99', '1.00']);
  expect([0.996, 1].map(formatPercent)).toEqual(['99%', '100%']);
});

it('says a place in a recording in minutes and seconds', () => {
  expect([0, 65_900, -3].map(formatPosition)).toEqual(['0:00', '1:05', '0:00']);
});
