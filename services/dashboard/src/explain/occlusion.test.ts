import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePoints, occlusions, variants } from './occlusion.js';

describe('occlusion', () => {
  it('leaves out each word once, and counts in code points', () => {
    const text = '\u{1f600} send it now';
    const words = occlusions(text, 'en', 100);
    expect(words.map(({ start, end }) => [start, end])).toEqual([
      [2, 6],
      [7, 9],
      [10, 13],
    ]);
    expect(variants(text, words)).toEqual([
      text,
      '\u{1f600}  it now',
      '\u{1f600} send  now',
      '\u{1f600} send it ',
    ]);
  });

  it('stays within its limit, and covers every word, for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 1, max: 20 }),
        (text, max) => {
          const all = occlusions(text, '', Number.MAX_SAFE_INTEGER);
          const some = occlusions(text, '', max);
          expect(some.length).toBeLessThanOrEqual(max);
          for (const word of all)
            expect(some.some((one) => one.start <= word.start && one.end >= word.end)).toBe(true);
          for (const { start, end, from, to } of some)
            expect(codePoints(text, start, end)).toBe(text.slice(from, to));
        },
      ),
    );
  });
});
