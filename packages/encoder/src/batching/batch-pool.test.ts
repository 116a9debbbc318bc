import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchPool } from './batch-pool.js';

const limitsArbitrary = fc.record({
  maxCost: fc.integer({ min: 1, max: 2000 }),
  maxParts: fc.integer({ min: 1, max: 40 }),
});
const costsArbitrary = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 80 });

function filled(costs: readonly number[], limits: { maxCost: number; maxParts: number }) {
  const pool = new BatchPool<number>(limits);
  costs.forEach((cost, id) => {
    pool.add(id, cost, id);
  });
  return pool;
}

describe('BatchPool', () => {
  it('gives every part once, in order of arrival and within the limits, and leaves nothing out that fits', () => {
    fc.assert(
      fc.property(costsArbitrary, limitsArbitrary, (costs, limits) => {
        const pool = filled(costs, limits);
        const seen: number[] = [];
        for (let batch = pool.take(); batch.length > 0; batch = pool.take()) {
          const cost = batch.reduce((sum, entry) => sum + entry.cost, 0);
          expect(batch.length).toBeLessThanOrEqual(limits.maxParts);
          expect(batch.length === 1 || cost <= limits.maxCost).toBe(true);
          seen.push(...batch.map(({ id }) => id));
          const next = costs[seen.length];
          if (next !== undefined && batch.length < limits.maxParts)
            expect(cost + next).toBeGreaterThan(limits.maxCost);
        }
        expect(seen).toEqual(costs.map((_, id) => id));
        expect(pool.size).toBe(0);
      }),
    );
  });

  it('drops what was given up before it costs, and its cost with it', () => {
    const pool = filled([10, 20, 30], { maxCost: 60, maxParts: 10 });
    expect(pool.holdsBatch).toBe(true);
    expect(pool.drop(1)).toBe(true);
    expect(pool.drop(1)).toBe(false);
    expect(pool.holdsBatch).toBe(false);
    expect(pool.take().map(({ id }) => id)).toEqual([0, 2]);
  });

  it('says when a whole batch waits', () => {
    const pool = filled([10, 20], { maxCost: 60, maxParts: 3 });
    expect(pool.holdsBatch).toBe(false);
    pool.add(2, 1, 2);
    expect(pool.holdsBatch).toBe(true);
    expect(filled([60], { maxCost: 60, maxParts: 3 }).holdsBatch).toBe(true);
  });
});
