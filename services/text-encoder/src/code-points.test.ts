import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toCodePoints } from './code-points.js';

it('counts as a walk over the characters does', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '\u00e9', '\u6f22', '\u{1f600}', '\u{2a6d6}'),
    maxLength: 40,
  });
  fc.assert(
    fc.property(text, fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 6 }), (whole, picks) => {
      const characters = Array.from(whole);
      const clamp = (point: number) => Math.min(point, characters.length);
      const unitsBefore = (point: number) => characters.slice(0, point).join('').length;
      const points = picks.map(([a, b]) => ({ start: clamp(Math.min(a, b)), end: clamp(Math.max(a, b)) }));
      const units = points.map(({ start, end }) => ({ start: unitsBefore(start), end: unitsBefore(end) }));
      expect(toCodePoints(whole, units)).toEqual(points);
    }),
  );
});
