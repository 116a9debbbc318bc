import { describe, expect, it } from 'vitest';
import { percentilesOf } from './percentiles.js';

describe('percentilesOf', () => {
  it('takes the nearest rank', () => {
    const samples = Array.from({ length: 1000 }, (_, n) => 1000 - n);
    expect(percentilesOf(samples)).toEqual({
      count: 1000,
      p50: 500,
      p95: 950,
      p99: 990,
      p999: 999,
      max: 1000,
    });
  });
  it('gives a single sample for each', () => {
    expect(percentilesOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, p999: 7, max: 7 });
  });
  it('makes nothing up', () => {
    expect(() => percentilesOf([])).toThrow(RangeError);
  });
});
