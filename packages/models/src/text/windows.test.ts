import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_TEXTS, wordText } from '../../proofs/sample-texts.js';
import { buildModels, resolveModel } from '../models.js';
import { splitPieces } from './pieces.js';
import { loadTokenizer, type PieceTokenizer } from './tokenizer.js';
import { cutWindows } from './windows.js';

let tokenizer: PieceTokenizer;
let whole: Tokenizer;

beforeAll(async () => {
  await buildModels({ only: ['text'] });
  const { files } = await resolveModel('text');
  const file = files['tokenizer.json'] as Uint8Array;
  tokenizer = loadTokenizer(files);
  whole = new Tokenizer(JSON.parse(new TextDecoder().decode(file)), {});
}, 300_000);

const ordinary = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .filter((text) => !/[\u{20000}-\u{2fa1f}]/u.test(text));
const limits = { maxTokens: 256, overlapTokens: 64, maxWindows: 8 };
const idsOf = (text: string) => cutWindows(tokenizer, text, limits).windows[0]?.ids;

describe('cutWindows', () => {
  it('gives the ids that the tokenizer gives for the whole text', () => {
    const texts = [
      ...SAMPLE_TEXTS,
      'ends, with.',
      "don't stop—now",
      'ΣΊΣΥΦΟΣ écolé',
      'tab\tand\nline',
      '👩‍👩‍👧 ok',
    ];
    for (const text of texts) expect(idsOf(text), text).toEqual(whole.encode(text).ids);
  });

  // The whole-text tokenizer does not part ideographs beyond the first plane, as BERT does; we do.
  it('gives them for any text of ordinary characters', () => {
    fc.assert(
      fc.property(ordinary, (text) => {
        const expected = whole.encode(text).ids;
        expect(idsOf(text) ?? [101, 102]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('gives nothing for a text without anything to read', () => {
    expect(cutWindows(tokenizer, ' \u0000\n\t ', limits)).toEqual({ windows: [] });
  });

  it('keeps a special token in the text what it is: text', () => {
    expect(idsOf('[SEP] and [PAD]')?.slice(1, -1)).not.toContain(102);
  });

  it('reads a word of a megabyte in bounded windows, and says where it stopped', () => {
    const { windows, truncatedFrom } = cutWindows(tokenizer, 'xy'.repeat(500_000), limits);
    expect(windows).toHaveLength(8);
    expect(windows.every(({ ids }) => ids.length <= 256)).toBe(true);
    expect(windows[0]?.ids).not.toContain(100);
    expect(truncatedFrom).toBeGreaterThanOrEqual(windows.at(-1)?.end as number);
  });

  it('leaves no piece out between windows, overlaps them and keeps their size', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 16, max: 64 }),
        (seed, words, maxTokens) => {
          const text = wordText(seed, words);
          const rule = { maxTokens, overlapTokens: 8, maxWindows: 1_000 };
          const { windows, truncatedFrom } = cutWindows(tokenizer, text, rule);
          expect(truncatedFrom).toBeUndefined();
          for (const piece of splitPieces(text)) {
            expect(windows.some(({ start, end }) => start <= piece.start && piece.end <= end)).toBe(true);
          }
          for (const [index, window] of windows.entries()) {
            expect(window.ids.length).toBeLessThanOrEqual(maxTokens);
            const next = windows[index + 1];
            if (next !== undefined) {
              expect(next.start).toBeGreaterThan(window.start);
              expect(next.start).toBeLessThanOrEqual(window.end);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not cut a surrogate pair', () => {
    for (const piece of splitPieces(`${'a'.repeat(99)}😀${'b'.repeat(150)}`))
      expect(piece.text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});
