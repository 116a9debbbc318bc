import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyBucket, percentile } from './latency-buckets.js';

describe('percentiles of counted latencies', () => {
  it('are within 4.5 % of the exact ones, or half a millisecond', () => {
    const latencies = fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(latencies, fc.constantFrom(0.5, 0.95, 0.99), (values, share) => {
        const counts = new Map<number, number>();
        for (const value of values)
          counts.set(latencyBucket(value), (counts.get(latencyBucket(value)) ?? 0) + 1);
        const exact =
          values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] ?? 0;
        const found = percentile(counts, share) ?? 0;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(1, exact * 0.045 + 0.5));
      }),
    );
  });

  it('are null where nothing was counted', () => {
    expect(percentile(new Map(), 0.5)).toBeNull();
  });
});
