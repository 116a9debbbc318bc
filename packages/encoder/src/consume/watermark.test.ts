import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Watermark } from './watermark.js';

describe('Watermark', () => {
  it('never passes unfinished work, and reaches the end when all is done', () => {
    const gaps = fc.array(fc.bigInt({ min: 1n, max: 5n }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        gaps,
        fc.infiniteStream(fc.nat()),
        fc.bigInt({ min: 0n, max: 3n }),
        (steps, picks, tail) => {
          const watermark = new Watermark();
          const open: bigint[] = [];
          let offset = 100n;
          const pick = () => picks.next().value ?? 0;
          const check = () => {
            const head = watermark.committable;
            const [lowest = offset + tail + 1n] = [...open].sort((a, b) => Number(a - b));
            if (head !== undefined) expect(head <= lowest).toBe(true);
            if (head !== undefined && pick() % 2 === 0) watermark.committed(head);
          };
          for (const step of steps) {
            offset += step;
            watermark.admit(offset);
            open.push(offset);
            if (pick() % 3 > 0) {
              const [finished] = open.splice(pick() % open.length, 1);
              watermark.done(finished ?? 0n);
            }
            check();
          }
          watermark.reach(offset + 1n + tail);
          while (open.length > 0) {
            const [finished] = open.splice(pick() % open.length, 1);
            watermark.done(finished ?? 0n);
            check();
          }
          const head = watermark.committable;
          if (head !== undefined) expect(head).toBe(offset + 1n + tail);
          expect(watermark.pending).toBe(0);
        },
      ),
    );
  });

  it('offers the same head until it is committed, and nothing after', () => {
    const watermark = new Watermark();
    expect(watermark.committable).toBeUndefined();
    watermark.admit(7n);
    watermark.admit(9n);
    watermark.done(9n);
    expect(watermark.committable).toBe(7n);
    watermark.committed(7n);
    expect(watermark.committable).toBeUndefined();
    watermark.done(7n);
    expect(watermark.committable).toBe(10n);
    watermark.committed(10n);
    watermark.reach(12n);
    expect(watermark.committable).toBe(12n);
  });

  it('refuses an offset that was seen before', () => {
    const watermark = new Watermark();
    watermark.admit(7n);
    expect(() => watermark.admit(7n)).toThrow(/bug/);
    expect(() => watermark.done(8n)).toThrow(/bug/);
  });
});
