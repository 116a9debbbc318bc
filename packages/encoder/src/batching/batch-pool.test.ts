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
  it('gives every part once, within the limits and sorted', () => {
    fc.assert(
      fc.property(costsArbitrary, limitsArbitrary, (costs, limits) => {
        const pool = filled(costs, limits);
        const seen: number[] = [];
        for (let batch = pool.take(); batch.length > 0; batch = pool.take()) {
          const batchCosts = batch.map(({ cost }) => cost);
          expect(batchCosts).toEqual([...batchCosts].sort((a, b) => a - b));
          expect(batch.length).toBeLessThanOrEqual(limits.maxParts);
          const padded = Math.max(...batchCosts) * batch.length;
          if (batch.length > 1) expect(padded).toBeLessThanOrEqual(limits.maxCost);
          seen.push(...batch.map(({ id }) => id));
        }
        expect(seen.sort((a, b) => a - b)).toEqual(costs.map((_, id) => id));
        expect(pool.size).toBe(0);
      }),
    );
  });

  it('lets nobody starve: the part that waits longest is in the next batch', () => {
    fc.assert(
      fc.property(costsArbitrary, limitsArbitrary, (costs, limits) => {
        const pool = filled(costs, limits);
        const waiting = new Set(costs.keys());
        while (pool.size > 0) {
          const oldest = Math.min(...waiting);
          const ids = pool.take().map(({ id }) => id);
          expect(ids).toContain(oldest);
          for (const id of ids) waiting.delete(id);
        }
      }),
    );
  });

  it('leaves no part out that would have fitted beside its nearest neighbour', () => {
    fc.assert(
      fc.property(costsArbitrary, limitsArbitrary, (costs, limits) => {
        const pool = filled(costs, limits);
        const batch = pool.take();
        const taken = new Set(batch.map(({ id }) => id));
        if (batch.length >= limits.maxParts) return;
        const longest = batch.at(-1)?.cost ?? 0;
        for (const [id, cost] of costs.entries()) {
          if (taken.has(id)) continue;
          const shortest = batch[0]?.cost ?? 0;
          const nearest = cost <= shortest || cost >= longest;
          expect(nearest).toBe(true);
          const padded = Math.max(longest, cost) * (batch.length + 1);
          const nextUp = costs.every(
            (other, otherId) => taken.has(otherId) || other < longest || other >= cost,
          );
          if (cost <= shortest || nextUp) expect(padded).toBeGreaterThan(limits.maxCost);
        }
      }),
    );
  });

  it('drops what was given up before it costs', () => {
    const pool = filled([10, 20, 30], { maxCost: 1000, maxParts: 10 });
    expect(pool.drop(1)).toBe(true);
    expect(pool.drop(1)).toBe(false);
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
