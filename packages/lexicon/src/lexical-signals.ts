import { createHash } from 'node:crypto';
import type { ModelRef } from '@tercet/contracts';
import { findWords } from './find-words.js';
import { LISTS_DIGEST } from './word-lists.js';

/** Raised whenever a rule changes what a text gives. */
const RULES = 1;

/** What each element of the vector says. */
export const LEXICAL_SIGNALS = [
  /** Words that are mostly meant badly. */
  'sure',
  /** Words that are meant badly at times. */
  'unsure',
  /** Words aimed at people for their origin, religion, sex or love. */
  'slur',
  'sexual',
  /** Words spelt so that a plain list does not find them. */
  'hidden',
  /** 1 where a surely bad word stands near a second person. */
  'addressed',
  /** 1 where a word of the lists stands between quotation marks. */
  'quoted',
  /** Share of capital letters, which a lower-casing tokenizer does not see. */
  'capitals',
] as const;

/** The lexicon as a model: heads are bound to its digest, over both word lists and the version of the rules. */
export const LEXICON: ModelRef = {
  name: 'lexicon',
  version: String(RULES),
  digest: createHash('sha256')
    .update(JSON.stringify([RULES, LEXICAL_SIGNALS, LISTS_DIGEST]))
    .digest('hex'),
};

/** Beyond this a text is not read: windows are far shorter, unless they are one word without end. */
const MAX_CHARS = 4096;
const MAX_COUNT = 3;
const MIN_LETTERS = 8;

/**
 * What word lists say of a text: {@link LEXICAL_SIGNALS} numbers from 0 to 2. Counts are log2(1 + n), n at most 3. A signal
 * for heads to weigh, never a verdict: the lists know neither who speaks nor what is meant.
 */
export function lexicalVector(text: string): Float32Array {
  const read = text.slice(0, MAX_CHARS);
  const found = findWords(read);
  const count = (is: (word: (typeof found)[number]) => boolean) =>
    Math.log2(1 + Math.min(MAX_COUNT, found.filter(is).length));
  return Float32Array.of(
    count(({ entry }) => entry.sureness === 2),
    count(({ entry }) => entry.sureness === 1),
    count(({ entry }) => entry.slur),
    count(({ entry }) => entry.sexual),
    count(({ hidden }) => hidden),
    found.some(({ entry, addressed }) => addressed && entry.sureness === 2) ? 1 : 0,
    found.some(({ quoted }) => quoted) ? 1 : 0,
    capitals(read),
  );
}

function capitals(text: string): number {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters < MIN_LETTERS) return 0;
  return (text.match(/\p{Lu}/gu)?.length ?? 0) / letters;
}
