import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohensKappa } from './kappa.js';

describe("Cohen's kappa", () => {
  it('is that of a table worked by hand', () => {
    // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: agreement 0.7, by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
    const cell = (count: number, pair: [string, string]) => Array.from({ length: count }, () => pair);
    const pairs = [
      ...cell(20, ['yes', 'yes']),
      ...cell(5, ['yes', 'no']),
      ...cell(10, ['no', 'yes']),
      ...cell(15, ['no', 'no']),
    ];
    expect(cohensKappa(pairs)).toBeCloseTo(0.4, 10);
  });

  it('says nothing of too few pairs, or of raters who know one word', () => {
    expect(cohensKappa([['a', 'a']])).toBeNull();
    expect(
      cohensKappa([
        ['a', 'a'],
        ['a', 'a'],
      ]),
    ).toBeNull();
  });

  it('is at most 1, and 1 where all agree', () => {
    const label = fc.constantFrom('allow', 'flag', 'block');
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 2 }), (pairs) => {
        const kappa = cohensKappa(pairs);
        const allAgree = pairs.every(([a, b]) => a === b);
        return kappa === null || (kappa <= 1 && (!allAgree || kappa === 1));
      }),
    );
  });
});
