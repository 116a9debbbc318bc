import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InFlight } from './in-flight.js';

describe('InFlight', () => {
  it('begins everything once, in order, and never more than the limits allow', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 100 });
    const limits = fc.record({
      maxParts: fc.integer({ min: 1, max: 20 }),
      maxBytes: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(sizes, limits, fc.infiniteStream(fc.nat()), (all, { maxParts, maxBytes }, picks) => {
        const inFlight = new InFlight<{ index: number; bytes: number }>({ maxParts, maxBytes });
        const begun: number[] = [];
        const open: { index: number; bytes: number }[] = [];
        inFlight.push(all.map((bytes, index) => ({ index, bytes })));
        while (begun.length < all.length) {
          for (const entry of inFlight.begin()) {
            begun.push(entry.index);
            open.push(entry);
          }
          expect(open.length).toBeGreaterThan(0);
          expect(open.length).toBeLessThanOrEqual(maxParts);
          const bytes = open.reduce((sum, entry) => sum + entry.bytes, 0);
          if (open.length > 1) expect(bytes).toBeLessThanOrEqual(maxBytes);
          for (const entry of open.splice((picks.next().value ?? 0) % open.length, 1)) inFlight.end(entry);
        }
        expect(begun).toEqual(all.map((_, index) => index));
        expect(inFlight.backlog).toBe(0);
      }),
    );
  });

  it('says when to stop reading and when to go on', () => {
    const inFlight = new InFlight<{ bytes: number }>({ maxParts: 4, maxBytes: 1000 });
    expect([inFlight.isFull, inFlight.isLow]).toEqual([false, true]);
    inFlight.push(Array(8).fill({ bytes: 1 }));
    expect([inFlight.isFull, inFlight.isLow]).toEqual([true, false]);
    inFlight.begin();
    expect([inFlight.isFull, inFlight.isLow]).toEqual([true, false]);
    inFlight.drop(() => true);
    expect([inFlight.isFull, inFlight.isLow]).toEqual([false, true]);
  });
});
