import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROFILES } from './profiles.js';
import { FAULT_KINDS, type Fault, PAUSE_MS, PROCESSES, planFaults, STOPS } from './schedule.js';

const seeds = integer({ min: 0, max: 2 ** 32 - 1 });
const short = (seed: number) => planFaults({ seed, faults: PROFILES.smoke.faults, loadMs: 70_000 });
const counts = (faults: readonly Fault[]) => (kind: string) =>
  faults.filter((fault) => fault.kind === kind).length;

describe('the schedule of faults', () => {
  it('is a function of its seed', () => {
    expect(short(7)).toEqual(short(7));
    expect(short(7)).not.toEqual(short(8));
  });

  it('keeps its number, its order and its bounds for every seed', () => {
    assert(
      property(seeds, integer({ min: 0, max: 80 }), (seed, count) => {
        const faults = planFaults({ seed, faults: count, loadMs: 100_000 });
        expect(faults).toHaveLength(count);
        const times = faults.map(({ atMs }) => atMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const { atMs, kind, lengthMs } of faults) {
          expect(atMs).toBeGreaterThanOrEqual(5000);
          expect(atMs).toBeLessThanOrEqual(95_000);
          if (STOPS.has(kind)) expect(lengthMs).toBe(PAUSE_MS);
          if (kind === 'redis-rollback') expect(lengthMs).toBeGreaterThanOrEqual(2000);
        }
      }),
    );
  });

  it.each([30, PROFILES.ci.faults, 100])('holds in %i faults what a proof needs, for every seed', (many) => {
    assert(
      property(seeds, (seed) => {
        const faults = planFaults({ seed, faults: many, loadMs: 400_000 });
        const count = counts(faults);
        expect(faults.filter(({ kind }) => STOPS.has(kind)).length).toBeGreaterThanOrEqual(6);
        expect(count('broker-kill')).toBeGreaterThanOrEqual(2);
        for (const loss of ['redis-flush', 'redis-kill', 'redis-rollback'])
          expect(count(loss)).toBeGreaterThanOrEqual(4);
        for (const kind of FAULT_KINDS) expect(count(kind), kind).toBeGreaterThanOrEqual(1);
        const killed = new Set(faults.filter(({ kind }) => kind === 'kill').map(({ target }) => target));
        for (const name of PROCESSES)
          if (!name.startsWith('fusion')) expect(killed, `kill of ${name}`).toContain(name);
        expect(killed.has('fusion-0') || killed.has('fusion-1')).toBe(true);
      }),
    );
  });

  it('holds in a short run a kill, a stop and a loss of each kind, for every seed', () => {
    assert(
      property(seeds, (seed) => {
        const count = counts(short(seed));
        for (const kind of [
          ...['kill', 'pause', 'pause-in-transaction', 'broker-kill'],
          ...['redis-flush', 'redis-kill', 'redis-rollback'],
        ])
          expect(count(kind), kind).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('reaches every kind over the short runs of some seeds', () => {
    const kinds = new Set(
      Array.from({ length: 60 }, (_, seed) => short(seed).map(({ kind }) => kind)).flat(),
    );
    expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort());
  });
});
