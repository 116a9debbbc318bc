import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineParts } from './combine-parts.js';

const part = (partId: string, score: number) => ({
  part: { partId, modality: 'text', language: '' },
  category: 'red',
  score,
  span: undefined,
});
const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
const parts = (values: readonly number[]) => values.map((score, i) => part(`p${i}`, score));

describe('combineParts', () => {
  it('leaves one part alone', () => {
    for (const score of [0, 0.01, 0.05, 0.3, 0.97, 1]) {
      expect(combineParts('red', [part('p', score)], 0.05).score).toBeCloseTo(score, 5);
    }
  });

  it('does not add up parts that say nothing', () => {
    const combined = combineParts('red', parts(new Array(50).fill(0.05)), 0.05);
    expect(combined.score).toBeCloseTo(0.05, 6);
    const lowest = combineParts('red', [part('p', 0)], 0.05);
    expect(combineParts('red', parts([0, 0, 0, 0]), 0.05).score).toBe(lowest.score);
  });

  it('follows the formula for two parts', () => {
    const [a, b, l] = [0.5, 0.4, 0.05];
    const expected = 1 - (1 - l) * (1 - (a - l) / (1 - l)) * (1 - (b - l) / (1 - l));
    expect(combineParts('red', parts([a, b]), l).score).toBeCloseTo(expected, 6);
  });

  it('is at least its highest part, at most the noisy-or without leak, and the same in any order', () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0, max: 0.5, noNaN: true }), (values, leak) => {
        const combined = combineParts('red', parts(values), leak);
        expect(combined.score).toBeGreaterThanOrEqual(Math.max(...values) - 1e-6);
        const without = 1 - values.reduce((product, p) => product * (1 - p), 1);
        expect(combined.score).toBeLessThanOrEqual(without + 1e-5);
        expect(combineParts('red', parts(values).reverse(), leak)).toEqual(combined);
      }),
    );
  });

  it('gives shares that sum to exactly 1 and follow the scores', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const { contributions } = combineParts('red', parts(values), 0.05);
        const millionths = contributions.reduce((sum, { share }) => sum + Math.round(share * 1e6), 0);
        expect(millionths).toBe(1_000_000);
        for (const a of contributions) {
          for (const b of contributions)
            if (a.score > b.score) expect(a.share).toBeGreaterThanOrEqual(b.share - 1e-5);
        }
      }),
    );
  });

  // Two roundings to six decimals, and the last bit of the subtraction.
  const ROUNDING = 2e-6 + 1e-9;
  it('grows with each part', () => {
    fc.assert(
      fc.property(scores, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (values, at, more) => {
        const i = at % values.length;
        const raised = values.map((p, k) => (k === i ? Math.max(p, more) : p));
        const before = combineParts('red', parts(values), 0.05).score;
        expect(combineParts('red', parts(raised), 0.05).score).toBeGreaterThanOrEqual(before - ROUNDING);
      }),
    );
  });
});
