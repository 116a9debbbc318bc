import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auroc, averagePrecision, brierSkill, calibrationError, shareAtLeast } from './metrics.js';
import { fitPlatt } from './platt.js';

const rows = (positives: number[], negatives: number[]) => [
  ...positives.map((score) => ({ score, positive: true })),
  ...negatives.map((score) => ({ score, positive: false })),
];

describe('auroc', () => {
  it('is 1 for a perfect order, 0 for the reverse, a half for ties', () => {
    expect(auroc(rows([0.8, 0.9], [0.1, 0.2]))).toBe(1);
    expect(auroc(rows([0.1], [0.8, 0.9]))).toBe(0);
    expect(auroc(rows([0.5, 0.5], [0.5]))).toBe(0.5);
    expect(auroc(rows([0.5], []))).toBeNaN();
  });

  it('is the share of pairs in the right order', () => {
    const score = fc.integer({ min: 0, max: 9 }).map((n) => n / 10);
    const some = fc.array(score, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(some, some, (positives, negatives) => {
        let won = 0;
        for (const p of positives) for (const n of negatives) won += p > n ? 1 : p === n ? 0.5 : 0;
        expect(auroc(rows(positives, negatives))).toBeCloseTo(won / (positives.length * negatives.length), 9);
      }),
    );
  });
});

describe('averagePrecision', () => {
  it('averages the precision at each positive', () => {
    expect(averagePrecision(rows([0.9, 0.5], [0.7]))).toBeCloseTo((1 + 2 / 3) / 2, 9);
    expect(averagePrecision(rows([0.5], [0.5, 0.5, 0.5]))).toBeCloseTo(0.25, 9);
  });
});

const weighed = (positives: number[], negatives: number[]) =>
  rows(positives, negatives).map((row) => ({ ...row, weight: 1 }));

describe('calibrationError', () => {
  it('is 0 where scores are the share of positives, and the distance where they are not', () => {
    // Bins cut rows of one score apart, so the rows come in groups of a positive and three negatives.
    const calibrated = weighed(new Array(15).fill(0.25), new Array(45).fill(0.25));
    const inGroups = calibrated.sort((a, b) => Number(a.positive) - Number(b.positive));
    const mixed = Array.from({ length: 15 }, (_, i) => [
      inGroups[45 + i],
      ...inGroups.slice(3 * i, 3 * i + 3),
    ]);
    const even = mixed.flat().flatMap((row) => (row === undefined ? [] : [row]));
    expect(calibrationError(even, 0.25)).toBeCloseTo(0, 9);
    const shifted = even.map((row) => ({ ...row, score: 0.45 }));
    expect(calibrationError(shifted, 0.25)).toBeCloseTo(0.2, 9);
  });

  it('is never below the distance of the mean score from the share of positives', () => {
    const score = fc.integer({ min: 0, max: 20 }).map((n) => n / 20);
    const some = fc.array(score, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        some,
        some,
        fc.double({ min: 0.05, max: 0.5, noNaN: true }),
        (positives, negatives, prior) => {
          const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
          const overall = Math.abs(prior * mean(positives) + (1 - prior) * mean(negatives) - prior);
          const error = calibrationError(weighed(positives, negatives), prior);
          expect(error).toBeGreaterThanOrEqual(overall - 1e-9);
          expect(error).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });
});

describe('brierSkill', () => {
  it('is 1 for certainty that is right, 0 for the share of positives, below 0 for worse', () => {
    expect(brierSkill(weighed([1, 1], [0, 0]), 0.2)).toBeCloseTo(1, 9);
    expect(brierSkill(weighed([0.2], [0.2]), 0.2)).toBeCloseTo(0, 9);
    expect(brierSkill(weighed([0], [1]), 0.2)).toBeLessThan(0);
    expect(brierSkill(weighed([], [1]), 0.2)).toBeNaN();
  });
});

describe('shareAtLeast', () => {
  it('counts the threshold itself', () => {
    expect(shareAtLeast(rows([0.5, 0.4], []), 0.5)).toBe(0.5);
    expect(shareAtLeast([], 0.5)).toBeNaN();
  });
});

describe('fitPlatt', () => {
  it('recovers the scale of outputs that are too sure, and moves to the prior', () => {
    // Outputs three times the true log-odds, labels in the true shares, 1,000 rows a point.
    const points = [-3, -2, -1, 0, 1, 2, 3];
    const outputs = points.flatMap((truth) => {
      const positive = Math.round(1000 / (1 + Math.exp(-truth)));
      return [
        { z: 3 * truth, positive: true, weight: positive },
        { z: 3 * truth, positive: false, weight: 1000 - positive },
      ];
    });
    const many = outputs.flatMap((output) =>
      Array.from({ length: output.weight }, () => ({ ...output, weight: 1 })),
    );
    const even = fitPlatt(many, 0.5);
    expect(even.scale).toBeCloseTo(1 / 3, 2);
    expect(even.offset).toBeCloseTo(0, 2);
    const rare = fitPlatt(many, 0.1);
    expect(rare.scale).toBeCloseTo(1 / 3, 2);
    expect(rare.offset).toBeCloseTo(Math.log(0.1 / 0.9), 1);
  });
});
