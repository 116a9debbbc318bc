import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupBias } from './bias.js';
import { brierScore, brierSkill, equalMassCalibrationError, reliabilityBins } from './calibration.js';
import { ratesAt, recallAtFalsePositives } from './rates.js';

const rows = (...pairs: [score: number, positive: 0 | 1][]) =>
  pairs.map(([score, positive]) => ({ score, positive: positive === 1 }));
const anyRows = fc.array(
  fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), positive: fc.boolean() }),
  { minLength: 1, maxLength: 60 },
);

describe('ratesAt', () => {
  const four = rows([0.9, 1], [0.8, 0], [0.4, 1], [0.1, 0]);

  it('counts by hand', () => {
    expect(ratesAt(four, 0.5)).toEqual({ recall: 0.5, falsePositives: 0.5, precision: 0.5, f1: 0.5 });
    expect(ratesAt(four, 0.4)).toEqual({ recall: 1, falsePositives: 0.5, precision: 2 / 3, f1: 0.8 });
  });

  it('says nothing of what is not there', () => {
    expect(ratesAt(rows([0.9, 0]), 0.95)).toEqual({
      recall: Number.NaN,
      falsePositives: 0,
      precision: Number.NaN,
      f1: Number.NaN,
    });
    expect(ratesAt(rows([0.2, 1]), 0.5)).toMatchObject({ recall: 0, f1: 0 });
  });

  it('falls as the threshold rises', () => {
    fc.assert(
      fc.property(anyRows, fc.double({ min: 0, max: 1, noNaN: true }), (some, threshold) => {
        const [low, high] = [ratesAt(some, threshold / 2), ratesAt(some, threshold)];
        if (!Number.isNaN(low.recall)) expect(high.recall).toBeLessThanOrEqual(low.recall);
        if (!Number.isNaN(low.falsePositives))
          expect(high.falsePositives).toBeLessThanOrEqual(low.falsePositives);
      }),
    );
  });
});

describe('recallAtFalsePositives', () => {
  it('takes the best threshold that keeps to the share', () => {
    const some = rows([0.9, 1], [0.8, 1], [0.7, 0], [0.6, 1], [0.5, 0], [0.4, 1]);
    expect(recallAtFalsePositives(some, 0)).toBe(0.5);
    expect(recallAtFalsePositives(some, 0.5)).toBe(0.75);
    expect(recallAtFalsePositives(some, 1)).toBe(1);
  });

  it('finds ties together', () => {
    expect(recallAtFalsePositives(rows([0.9, 1], [0.9, 0], [0.1, 0]), 0.4)).toBe(0);
    expect(recallAtFalsePositives(rows([0.9, 1], [0.9, 0], [0.1, 0]), 0.5)).toBe(1);
  });

  it('is what trying every threshold finds', () => {
    fc.assert(
      fc.property(anyRows, fc.double({ min: 0, max: 1, noNaN: true }), (some, most) => {
        const tried = [2, ...some.map(({ score }) => score)]
          .map((threshold) => ratesAt(some, threshold))
          .filter(({ falsePositives }) => falsePositives <= most)
          .map(({ recall }) => recall);
        const found = recallAtFalsePositives(some, most);
        if (Number.isNaN(found)) expect(new Set(some.map(({ positive }) => positive)).size).toBe(1);
        else expect(found).toBe(Math.max(...tried));
      }),
    );
  });
});

describe('calibration', () => {
  it('is zero where each bin holds as many positives as it says', () => {
    const calibrated = Array.from({ length: 150 }, (_, i) => {
      const bin = Math.floor(i / 10);
      return { score: bin / 15, positive: i % 10 < Math.round((bin / 15) * 10) };
    });
    expect(equalMassCalibrationError(calibrated)).toBeLessThan(0.04);
    expect(equalMassCalibrationError(rows([0, 0], [0, 0], [1, 1]))).toBe(0);
    expect(equalMassCalibrationError(rows([0.7, 0], [0.7, 0]))).toBeCloseTo(0.7, 12);
  });

  it('counts by hand with two bins', () => {
    const some = rows([0.1, 0], [0.3, 1], [0.6, 1], [0.8, 1]);
    expect(reliabilityBins(some, 2)).toEqual([
      { count: 2, score: 0.2, positives: 0.5 },
      { count: 2, score: 0.7, positives: 1 },
    ]);
    expect(equalMassCalibrationError(some, 2)).toBeCloseTo(0.3, 12);
  });

  it('holds every row once, in bins of nearly equal size, whatever the order of rows', () => {
    fc.assert(
      fc.property(anyRows, (some) => {
        const bins = reliabilityBins(some);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(some.length);
        if (some.length >= 15) {
          const counts = bins.map(({ count }) => count);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
        expect(equalMassCalibrationError([...some].reverse())).toBeCloseTo(
          equalMassCalibrationError(some),
          12,
        );
      }),
    );
  });

  it('gives the Brier score and its skill', () => {
    const some = rows([0.8, 1], [0.4, 0]);
    expect(brierScore(some)).toBeCloseTo((0.04 + 0.16) / 2, 12);
    expect(brierSkill(some)).toBeCloseTo(1 - 0.1 / 0.25, 12);
    expect(brierSkill(rows([0.5, 1], [0.5, 0]))).toBe(0);
    expect(brierSkill(rows([0.5, 1]))).toBeNaN();
  });
});

it('finds the group whose negatives are found most', () => {
  const group = (name: string, count: number, high: number) =>
    Array.from({ length: count }, (_, i) => ({ group: name, score: i < high ? 0.9 : 0.1, positive: false }));
  const all = [
    ...group('a', 20, 10),
    ...group('b', 20, 0),
    ...group('c', 5, 5),
    { group: '', score: 0.95, positive: true },
  ];
  const found = groupBias(all, 0.5);
  expect(found.map(({ group: name }) => name)).toEqual(['a', 'b']);
  expect(found[0]).toMatchObject({ negatives: 20, positives: 0, falsePositives: 0.5, bpsnAuroc: 1 });
  expect(found[0]?.gap).toBeCloseTo(0.5 - 15 / 45, 12);
  expect(found[1]?.gap).toBeCloseTo(-15 / 45, 12);
});
