import type { PieceTokenizer } from '@tercet/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWindows } from './windows.js';

/** One token per three characters of a piece: lengths vary as they do with a real vocabulary. */
const tokenizer: PieceTokenizer = {
  startId: 1,
  endId: 2,
  padId: 0,
  *pieces(text) {
    for (const { 0: word, index: start } of text.matchAll(/[\w']+|[^\s\w]/gu))
      yield {
        ids: Array.from({ length: Math.ceil(word.length / 3) }, () => 7),
        start,
        end: start + word.length,
      };
  },
};

const rule = {
  windowTokens: 16,
  windowOverlapTokens: 4,
  focusTokens: 8,
  maxFocusWindows: 40,
  maxWindows: 8,
  maxChars: 2000,
};
const maxRows = rule.maxWindows + rule.maxFocusWindows;
const words = fc.array(
  fc.constantFrom('a', 'word', 'something', 'x.', '\u{1f600}', 'incomprehensibilities'),
  {
    minLength: 1,
  },
);

describe('planWindows', () => {
  it('leaves no visible character unnamed: it is in a window or in what was skipped', () => {
    fc.assert(
      fc.property(words, fc.constantFrom(1, 7, 40), (list, times) => {
        const text = `${list.join(' ')} `.repeat(times);
        const { windows, skipped } = planWindows(tokenizer, text, rule);
        expect(windows.length).toBeLessThanOrEqual(maxRows);
        const seen = new Uint8Array(text.length);
        for (const { start, end } of [...windows, ...skipped]) seen.fill(1, start, end);
        const unnamed = text.split('').some((unit, at) => unit.trim() !== '' && seen[at] === 0);
        expect(unnamed).toBe(false);
        for (const { ids } of windows) expect(ids.length).toBeLessThanOrEqual(rule.windowTokens);
      }),
    );
  });

  it('looks at the beginning and at the end however long the text is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4000 }), (count) => {
        const text = 'word '.repeat(count).trimEnd();
        const { windows, skipped, skippedBy } = planWindows(tokenizer, text, rule);
        expect(windows[0]?.start).toBe(0);
        expect(Math.max(...windows.map(({ end }) => end))).toBe(text.length);
        if (skipped.length > 0)
          expect(skippedBy).toBe(text.length > rule.maxChars ? 'max_chars' : 'max_windows');
      }),
    );
  });

  it('has all of a text within the limits in windows that overlap', () => {
    const text = Array.from({ length: 60 }, (_, index) => `word${index % 10}`).join(' ');
    const { windows, skipped } = planWindows(tokenizer, text, { ...rule, maxWindows: 64 });
    expect(skipped).toEqual([]);
    const wide = windows.filter(({ ids }) => ids.length > rule.focusTokens);
    expect(wide.length).toBeGreaterThan(2);
    for (let i = 1; i < wide.length; i += 1) expect(wide[i]?.start).toBeLessThan(wide[i - 1]?.end ?? 0);
  });

  it('has each sentence of a text in a window of its own, as far as the limit allows', () => {
    const sentences = [
      'aaaaaa bbbbbb cccccc dddddd',
      'eeeeee ffffff gggggg hhhhhh',
      'iiiiii jjjjjj kkkkkk llllll',
    ];
    const text = `${sentences.join('. ')}.`;
    const roomy = { ...rule, focusTokens: 16, windowTokens: 40 };
    const texts = (limits: typeof rule) =>
      planWindows(tokenizer, text, limits).windows.map(({ start, end }) => text.slice(start, end));
    expect(texts(roomy)).toEqual([text, ...sentences.map((sentence) => `${sentence}.`)]);
    const [whole, ...joined] = texts({ ...roomy, maxFocusWindows: 2 });
    expect(whole).toBe(text);
    expect(joined.length).toBeLessThanOrEqual(2);
    expect(joined.join(' ').length).toBeGreaterThanOrEqual(text.length - 1);
  });

  it('asks the tokenizer for a bounded number of pieces, however long the text', () => {
    let asked = 0;
    const counting: PieceTokenizer = {
      ...tokenizer,
      *pieces(text) {
        for (const piece of tokenizer.pieces(text)) {
          asked += 1;
          yield piece;
        }
      },
    };
    planWindows(counting, 'word '.repeat(2_000_000), rule);
    expect(asked).toBeLessThan(rule.maxChars);
  });

  it('never cuts a surrogate pair', () => {
    const text = '\u{1f600}'.repeat(5000);
    for (const { start, end } of planWindows(tokenizer, text, { ...rule, maxChars: 1999 }).windows) {
      expect(start % 2).toBe(0);
      expect(end % 2).toBe(0);
    }
  });
});
