import { describe, expect, it } from 'vitest';
import { figureOf } from './result.js';

describe('figureOf', () => {
  it.each([
    [[3], 3, 3, 3],
    [[9, 1, 5], 5, 1, 9],
    [[4, 1, 2, 9], 3, 1, 9],
  ])('of %j', (samples, median, min, max) => {
    expect(figureOf(samples, 's')).toEqual({ median, min, max, unit: 's' });
  });

  it('makes nothing up where nothing was measured', () => {
    expect(() => figureOf([], 's')).toThrow(RangeError);
  });
});
