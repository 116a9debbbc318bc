import { describe, expect, it } from 'vitest';
import { fitMlp } from './fit-mlp.js';
import { headOutput } from './head-model.js';
import { minimise } from './lbfgs.js';
import { fitLogisticRegression, type Sample } from './logistic-regression.js';

/** Two clouds around (1, 0) and (-1, 0); made with a fixed linear congruential generator. */
function clouds(seed: number, positives: number, negatives: number): Sample[] {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Array.from({ length: positives + negatives }, (_, i) => {
    const positive = i < positives;
    return { features: Float32Array.of((positive ? 1 : -1) + 3 * next(), 3 * next()), positive, weight: 1 };
  });
}

describe('minimise', () => {
  it('finds the minimum of a badly scaled bowl', () => {
    const { x, converged } = minimise(
      ([a = 0, b = 0], gradient) => {
        gradient[0] = 2 * (a - 3);
        gradient[1] = 200 * (b + 1);
        return (a - 3) ** 2 + 100 * (b + 1) ** 2;
      },
      new Float64Array(2),
      { maxIterations: 200, tolerance: 1e-8 },
    );
    expect(converged).toBe(true);
    expect(x[0]).toBeCloseTo(3, 6);
    expect(x[1]).toBeCloseTo(-1, 6);
  });
});

describe('fitLogisticRegression', () => {
  it('gives the same weights twice, to the last bit', () => {
    const samples = clouds(3, 80, 120);
    const first = fitLogisticRegression(samples, 0.01);
    const second = fitLogisticRegression(samples, 0.01);
    expect(Buffer.from(second.weights.buffer).equals(Buffer.from(first.weights.buffer))).toBe(true);
    expect(second.bias).toBe(first.bias);
  });

  it('solves its equations: the gradient at the solution is zero', () => {
    const samples = clouds(4, 60, 60);
    const l2 = 0.05;
    const model = fitLogisticRegression(samples, l2);
    const gradient = [l2 * (model.weights[0] ?? 0), l2 * (model.weights[1] ?? 0), 0];
    for (const sample of samples) {
      const p = 1 / (1 + Math.exp(-headOutput(model, sample.features)));
      const slope = (p - (sample.positive ? 1 : 0)) / 120;
      gradient[0] = (gradient[0] ?? 0) + slope * (sample.features[0] ?? 0);
      gradient[1] = (gradient[1] ?? 0) + slope * (sample.features[1] ?? 0);
      gradient[2] = (gradient[2] ?? 0) + slope;
    }
    for (const component of gradient) expect(Math.abs(component)).toBeLessThan(1e-6);
  });

  it('weighs the classes equally, however many rows each has', () => {
    const balanced = fitLogisticRegression(clouds(5, 100, 100), 0.01);
    const skewed = fitLogisticRegression([...clouds(5, 100, 100), ...clouds(6, 0, 3000)], 0.01);
    expect(Math.abs(skewed.bias - balanced.bias)).toBeLessThan(0.5);
  });

  it('takes a weight of 3 for three equal rows', () => {
    const samples = clouds(7, 30, 30);
    const [first, ...rest] = samples;
    if (first === undefined) throw new Error('there are samples');
    const heavy = fitLogisticRegression([{ ...first, weight: 3 }, ...rest], 0.02);
    const thrice = fitLogisticRegression([first, first, first, ...rest], 0.02);
    expect(heavy.bias).toBeCloseTo(thrice.bias, 4);
    expect(heavy.weights[0]).toBeCloseTo(thrice.weights[0] ?? Number.NaN, 4);
  });
});

describe('fitMlp', () => {
  /** Inside a ring or on it: no line parts them. */
  const ring = Array.from({ length: 240 }, (_, i): Sample => {
    const positive = i % 2 === 0;
    const radius = positive ? 0.3 : 1.2;
    return { features: Float32Array.of(radius * Math.cos(i), radius * Math.sin(i)), positive, weight: 1 };
  });

  it('parts what no line parts, the same way for the same seed', () => {
    const first = fitMlp(ring, 1e-4, 6, 1);
    for (const { features, positive } of ring) expect(headOutput(first, features) > 0).toBe(positive);
    const second = fitMlp(ring, 1e-4, 6, 1);
    expect(Buffer.from(second.hiddenWeights.buffer).equals(Buffer.from(first.hiddenWeights.buffer))).toBe(
      true,
    );
    expect(fitMlp(ring, 1e-4, 6, 2).hiddenWeights[0]).not.toBe(first.hiddenWeights[0]);
  });
});
