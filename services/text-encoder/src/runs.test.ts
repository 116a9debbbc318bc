import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRuns } from './runs.js';

const MAX = 512;
const lengthsOf = (runs: readonly (readonly number[])[], lengths: readonly number[]) =>
  runs.map((run) => run.map((index) => lengths[index] ?? 0));
const costOf = (runs: readonly (readonly number[])[]) =>
  runs.reduce((sum, run) => sum + 6 + Math.max(...run) * run.length, 0);

/** Every way to cut a sorted list into runs within the limit. */
function cuts(sorted: readonly number[]): number[][][] {
  if (sorted.length === 0) return [[]];
  return sorted.flatMap((longest, index) => {
    const run = sorted.slice(0, index + 1);
    if (run.length > 1 && longest * run.length > MAX) return [];
    return cuts(sorted.slice(index + 1)).map((rest) => [run, ...rest]);
  });
}

describe('planRuns', () => {
  it('runs every row once, shortest first, within the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 3, max: 700 }), { maxLength: 200 }), (lengths) => {
        const runs = planRuns(lengths);
        expect(runs.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, index) => index));
        const flat = lengthsOf(runs, lengths).flat();
        expect(flat).toEqual([...flat].sort((a, b) => a - b));
        for (const run of lengthsOf(runs, lengths))
          expect(run.length === 1 || Math.max(...run) * run.length <= MAX).toBe(true);
      }),
    );
  });

  it('costs no more than any other way to cut the sorted rows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 3, max: 256 }), { minLength: 1, maxLength: 9 }), (lengths) => {
        const sorted = [...lengths].sort((a, b) => a - b);
        const least = Math.min(...cuts(sorted).map(costOf));
        expect(costOf(lengthsOf(planRuns(lengths), lengths))).toBe(least);
      }),
    );
  });

  it('pads no sentence to the window that it stands in', () => {
    expect(lengthsOf(planRuns([60, 12, 11, 12, 12]), [60, 12, 11, 12, 12])).toEqual([[11, 12, 12, 12], [60]]);
  });
});
