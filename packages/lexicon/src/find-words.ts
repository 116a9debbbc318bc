import { inSpacedLetters, letterOf, lookUp, unmask } from './disguises.js';
import { fold } from './fold.js';
import { WORDS, type WordEntry } from './word-lists.js';

/** A word or phrase of the lists in a text. */
export interface FoundWord {
  readonly entry: WordEntry;
  /** It was spelt so that a plain list does not find it. */
  readonly hidden: boolean;
  /** It stands between quotation marks. */
  readonly quoted: boolean;
  /** A second person is named within a few words of it. */
  readonly addressed: boolean;
}

interface Token {
  readonly word: string;
  readonly disguised: boolean;
  readonly quoted: boolean;
  /** Which chunk of the text, between white space, it is from. */
  readonly chunk: number;
}

interface Hit {
  readonly entry: WordEntry;
  readonly hidden: boolean;
  readonly quoted: boolean;
  /** Position among the tokens. */
  readonly at: number;
}

const MAX_PHRASE = 3;
const MIN_SPACED = 3;
/** Words between a hit and the `you` that it is said to. */
const NEAR = 4;
const SECOND_PERSON = new Set(['you', 'your', 'youre', 'yours', 'yourself', 'u', 'ur', 'ya', 'yall']);
const ADDRESS = /^(?:https?:|www\.)|@.+\.[a-z]{2,}$|\.[a-z]{2,}\//i;

/**
 * Finds words of the lists in a text. Whole words only, so that a place or a surname that holds one is not found; of
 * disguises those that {@link unmask} and {@link inSpacedLetters} know.
 */
export function findWords(text: string): FoundWord[] {
  const chunks = text.split(/\s+/).filter((chunk) => chunk !== '');
  const quoted = quotedChunks(chunks);
  const tokens: Token[] = [];
  const folded = chunks.map((chunk, index) => {
    const { text: plain, disguised } = fold(chunk);
    if (!ADDRESS.test(plain))
      for (const word of wordsOf(plain))
        tokens.push({ word, disguised, quoted: quoted[index] === true, chunk: index });
    return plain;
  });
  const hits = plainHits(tokens);
  const taken = new Set(hits.map(({ at }) => tokens[at]?.chunk));
  folded.forEach((chunk, index) => {
    if (taken.has(index) || ADDRESS.test(chunk)) return;
    const entry = unmask(chunk);
    if (entry === undefined) return;
    taken.add(index);
    hits.push({ entry, hidden: true, quoted: quoted[index] === true, at: positionOf(tokens, index) });
  });
  for (const { letters, chunk } of spacedRows(folded)) {
    if (taken.has(chunk)) continue;
    const entry = inSpacedLetters(letters);
    if (entry !== undefined)
      hits.push({ entry, hidden: true, quoted: quoted[chunk] === true, at: positionOf(tokens, chunk) });
  }
  return hits.map(({ entry, hidden, quoted: inQuotes, at }) => ({
    entry,
    hidden,
    quoted: inQuotes,
    addressed: tokens
      .slice(Math.max(0, at - NEAR), at + NEAR + 1)
      .some(({ word }) => SECOND_PERSON.has(word.replaceAll("'", '').replace(/^youre?$|^youve$/, 'you'))),
  }));
}

function plainHits(tokens: readonly Token[]): Hit[] {
  const hits: Hit[] = [];
  for (let at = 0; at < tokens.length; ) {
    let length = Math.min(MAX_PHRASE, tokens.length - at);
    let entry: WordEntry | undefined;
    for (; length > 0; length -= 1) {
      const phrase = tokens.slice(at, at + length);
      entry =
        length === 1 ? lookUp(phrase[0]?.word ?? '') : WORDS.get(phrase.map(({ word }) => word).join(' '));
      if (entry !== undefined) break;
    }
    const first = tokens[at];
    if (entry !== undefined && first !== undefined)
      hits.push({ entry, hidden: first.disguised, quoted: first.quoted, at });
    at += Math.max(1, length);
  }
  return hits;
}

function wordsOf(folded: string): string[] {
  return folded
    .replaceAll('\u2019', "'")
    .split(/[^a-z0-9']+/)
    .map((word) => word.replace(/^'+|'s$|'+$/g, ''))
    .filter((word) => word !== '');
}

/** For each chunk whether it begins inside a pair of double quotation marks. */
function quotedChunks(chunks: readonly string[]): boolean[] {
  let open = false;
  return chunks.map((chunk) => {
    const marks = chunk.match(/["\u201c\u201d\u201e\u00ab\u00bb]/g)?.length ?? 0;
    const begins = open || /^[^\p{L}\p{N}]*["\u201c\u201d\u201e\u00ab\u00bb]/u.test(chunk);
    if (marks % 2 === 1) open = !open;
    return begins;
  });
}

/** Rows of at least three letters that stand one by one, apart by spaces or by marks inside one chunk. */
function spacedRows(folded: readonly string[]): { letters: string; chunk: number }[] {
  const rows: { letters: string; chunk: number }[] = [];
  let open: { letters: string; chunk: number } | undefined;
  folded.forEach((chunk, index) => {
    const marked = /^[a-z0-9@$!](?:[^a-z0-9\s][a-z0-9@$!]){2,}$/.test(chunk)
      ? chunk.replace(/(.)./g, '$1')
      : chunk;
    const isRow = marked !== chunk || marked.length === 1;
    const letters = isRow ? [...marked].map(letterOf).join('') : '';
    if (letters === '') open = undefined;
    else if (open !== undefined) open.letters += letters;
    else {
      open = { letters, chunk: index };
      rows.push(open);
    }
  });
  return rows.filter(({ letters }) => letters.length >= MIN_SPACED);
}

function positionOf(tokens: readonly Token[], chunk: number): number {
  const at = tokens.findIndex((token) => token.chunk >= chunk);
  return at < 0 ? tokens.length : at;
}
