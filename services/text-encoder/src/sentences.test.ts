import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitSentences } from './sentences.js';

const cut = (text: string) =>
  splitSentences(text, { start: 0, end: text.length }).map(({ start, end }) => text.slice(start, end));

it('ends a sentence at its mark, with its quotes, and at a line break', () => {
  expect(cut('One. "Two!" Three\nfour 4.5 and a.b.c')).toEqual([
    'One.',
    ' "Two!"',
    ' Three\n',
    'four 4.5 and a.b.c',
  ]);
  expect(cut('\u4e00\u3002\u4e8c\uff01')).toEqual(['\u4e00\u3002', '\u4e8c\uff01']);
  expect(cut('')).toEqual([]);
});

it('has each character of the stretch in one sentence', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '.', '!', '\n', '"', '\u{1f600}') });
  fc.assert(
    fc.property(text, fc.nat(30), fc.nat(30), (whole, a, b) => {
      const within = { start: Math.min(a, b, whole.length), end: Math.min(Math.max(a, b), whole.length) };
      const sentences = splitSentences(whole, within);
      expect(sentences.map(({ start, end }) => whole.slice(start, end)).join('')).toBe(
        whole.slice(within.start, within.end),
      );
      for (const { start, end } of sentences) expect(end).toBeGreaterThan(start);
    }),
  );
});
