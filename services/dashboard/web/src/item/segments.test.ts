import fc from 'fast-check';
import { expect, it } from 'vitest';
import { segments, weightMarks } from './segments.js';

const mark = fc.record({
  start: fc.integer({ min: -2, max: 40 }),
  end: fc.integer({ min: -2, max: 40 }),
  kind: fc.constantFrom('a', 'b'),
});

it('loses nothing of a text, whatever is marked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(mark), (text, marks) => {
      const found = segments(text, marks);
      expect(found.map((one) => one.text).join('')).toBe(text);
      for (const [at, one] of found.slice(1).entries()) expect(one.kind).not.toBe(found[at]?.kind);
    }),
  );
});

it('counts code points, as spans do, not UTF-16 units', () => {
  expect(segments('💸 free money', [{ start: 2, end: 6, kind: 'span' }])).toEqual([
    { text: '💸 ', kind: '' },
    { text: 'free', kind: 'span' },
    { text: ' money', kind: '' },
  ]);
});

it('marks words by their share of the strongest, and those that spoke against', () => {
  const words = [
    { start: 0, end: 1, weight: 0.4 },
    { start: 2, end: 3, weight: 0.1 },
    { start: 4, end: 5, weight: -0.2 },
    { start: 6, end: 7, weight: 0.004 },
  ];
  expect(weightMarks(words).map((one) => one.kind)).toEqual(['weigh-4', 'weigh-1', 'weigh-down']);
});
