import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ErrorSum, editDistance, normalise } from './character-errors.js';

describe('character errors', () => {
  it('counts insertions, deletions and substitutions by code points', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('😀a', 'a')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it('is a metric as far as it is tested', () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });

  it('keeps case and spaces, joins runs of them and composes marks', () => {
    expect(normalise(' A \n b\u0301 ')).toBe('A b\u0301');
    expect(normalise('e\u0301')).toBe('é');
  });

  it('sums over all characters; a missed line is deletions', () => {
    const sum = new ErrorSum();
    expect(sum.add('one two', 'onetwo')).toBe(1);
    expect(sum.add('abc', '')).toBe(3);
    expect(sum.rate).toBeCloseTo(4 / 10, 9);
  });
});
