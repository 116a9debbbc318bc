import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldWord, readWords } from './words.js';

const folded = (text: string) => readWords(text, { start: 0, end: text.length }).map((word) => word.folded);

describe('readWords', () => {
  it.each([
    ['Hello, WORLD!', ['hello', 'world']],
    ['sooooo goooood', ['soo', 'good']],
    ['don’t', ["don't"]],
    ['see https://example.org/a/b?c=d and www.example.org now', ['see', 'and', 'now']],
    ['mail me@example.org or @someone', ['mail', 'or']],
    ['run `npm install` in src/main/index.ts', ['run', 'in']],
    ['3arabi 7abibi 2024 12:30 h8', ['3arabi', '7abibi', 'h8']],
    ['😂😂 🔥 123 --- ...', []],
    ['<b>bold</b> &nbsp; :smile:', ['bold']],
  ])('%s', (text, words) => {
    expect(folded(text)).toEqual(words);
  });

  it.each([
    ['one word', 'a'.repeat(300_000)],
    ['underscores', '_'.repeat(300_000)],
    ['names of variables', 'ab_'.repeat(100_000)],
    ['dots', 'a.'.repeat(150_000)],
    ['at signs', 'a@'.repeat(150_000)],
    ['back quotes', '` '.repeat(150_000)],
    ['brackets', '<a '.repeat(100_000)],
    ['colons', ':a'.repeat(150_000)],
    ['apostrophes', "a'".repeat(150_000)],
    ['digits and letters', '3a'.repeat(150_000)],
  ])('takes time in proportion to the length: %s', (_, text) => {
    const startedAt = performance.now();
    readWords(text, { start: 0, end: text.length });
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  it('tells names by their capital, unless a sentence begins there or all is written large', () => {
    const text = 'Then Maria came. She met BOB and said "Hello Anna"';
    expect(
      readWords(text, { start: 0, end: text.length }).flatMap((word) => (word.isNamed ? [word.folded] : [])),
    ).toEqual(['maria', 'anna']);
  });

  it('gives places in the text, ascending and apart, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        let last = 0;
        for (const { start, end, folded: word } of readWords(text, { start: 0, end: text.length })) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(foldWord(text.slice(start, end))).toBe(word);
          last = end;
        }
      }),
    );
  });
});
