import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitIsotonic } from './isotonic.js';

const row = (score: number, positive: boolean) => ({ score, positive, weight: 1 });

describe('fitIsotonic', () => {
  it('pools neighbours that are in the wrong order', () => {
    const p = fitIsotonic([row(0, false), row(1, true), row(2, false), row(3, true)], 0.5);
    // The middle two become one pool of a half at 1.5; between pools the line is straight.
    const values = [-1, 0, 0.75, 1.5, 2.25, 3, 9].map(p);
    [0, 0, 0.25, 0.5, 0.75, 1, 1].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 12);
    });
  });

  it('never falls, stays between 0 and 1, and keeps the share of positives', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.boolean()), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(rows, (pairs) => {
        const all = [...pairs.map(([z, positive]) => row(z, positive)), row(0, true), row(0, false)];
        const p = fitIsotonic(all, 0.3);
        const steps = Array.from({ length: 41 }, (_, i) => p((i - 20) / 2));
        for (let i = 1; i < steps.length; i += 1)
          expect(steps[i]).toBeGreaterThanOrEqual((steps[i - 1] ?? 0) - 1e-12);
        for (const value of steps) expect(value >= 0 && value <= 1).toBe(true);
      }),
    );
  });
});
