import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenlySpaced, uncovered } from './sampling.js';

describe('evenlySpaced', () => {
  it('takes everything where the limit allows', () => {
    expect(evenlySpaced(3, 3)).toEqual([0, 1, 2]);
    expect(evenlySpaced(0, 3)).toEqual([]);
  });

  it('holds both ends, ascends without repeats and leaves no gap wider than its share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.integer({ min: 1, max: 100_000 }), (limit, more) => {
        const count = limit + more;
        const picked = evenlySpaced(count, limit);
        expect(picked).toHaveLength(limit);
        expect(picked[0]).toBe(0);
        expect(picked.at(-1)).toBe(count - 1);
        const widest = Math.ceil((count - 1) / (limit - 1)) + 1;
        for (let i = 1; i < picked.length; i += 1) {
          const step = (picked[i] ?? 0) - (picked[i - 1] ?? 0);
          expect(step).toBeGreaterThan(0);
          expect(step).toBeLessThanOrEqual(widest);
        }
      }),
    );
  });
});

describe('uncovered', () => {
  it('names each unit that no stretch holds, and no other', () => {
    const stretch = fc
      .tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }))
      .map(([start, length]) => ({ start, end: start + length }));
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 8 }), fc.nat(80), (looked, end) => {
        const gaps = uncovered(looked, end);
        for (let unit = 0; unit < end; unit += 1) {
          const seen = looked.some((s) => s.start <= unit && unit < s.end);
          const named = gaps.filter((g) => g.start <= unit && unit < g.end).length;
          expect(named).toBe(seen ? 0 : 1);
        }
        for (const gap of gaps) {
          expect(gap.start).toBeLessThan(gap.end);
          expect(gap.end).toBeLessThanOrEqual(end);
        }
      }),
    );
  });
});
