import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, PAUSE_MS, planFaults } from './schedule.js';

describe('the schedule of faults', () => {
  it('is a function of its seed', () => {
    const plan = (seed: number) => planFaults({ seed, faults: 30, loadMs: 300_000 });
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('keeps its number, its order and its bounds for every seed', () => {
    assert(
      property(integer({ min: 0, max: 2 ** 32 - 1 }), integer({ min: 0, max: 80 }), (seed, count) => {
        const faults = planFaults({ seed, faults: count, loadMs: 100_000 });
        expect(faults).toHaveLength(count);
        const times = faults.map(({ atMs }) => atMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const { atMs, kind, lengthMs } of faults) {
          expect(atMs).toBeGreaterThanOrEqual(5000);
          expect(atMs).toBeLessThanOrEqual(95_000);
          if (kind === 'pause') expect(lengthMs).toBe(PAUSE_MS);
          if (kind === 'redis-rollback') expect(lengthMs).toBeGreaterThanOrEqual(2000);
        }
      }),
    );
  });

  it('holds the mix of 30 faults that a proof needs, for every seed', () => {
    assert(
      property(integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const faults = planFaults({ seed, faults: 30, loadMs: 300_000 });
        const count = (wanted: string) => faults.filter(({ kind }) => kind === wanted).length;
        expect(count('pause')).toBeGreaterThanOrEqual(6);
        expect(count('broker-kill')).toBeGreaterThanOrEqual(2);
        for (const loss of ['redis-flush', 'redis-kill', 'redis-rollback'])
          expect(count(loss)).toBeGreaterThanOrEqual(4);
      }),
    );
  });

  it('reaches every kind in ten faults over a few seeds', () => {
    const kinds = new Set(
      [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) =>
        planFaults({ seed, faults: 10, loadMs: 60_000 }).map(({ kind }) => kind),
      ),
    );
    expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort());
  });
});
