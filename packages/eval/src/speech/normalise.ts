import { cardinalWords, ordinalWords, yearWords } from './number-words.js';

/** Titles are spoken in full. */
const TITLES: Readonly<Record<string, string>> = {
  mr: 'mister',
  mrs: 'missus',
  dr: 'doctor',
  st: 'saint',
};

/**
 * English text as the words that are spoken, so that a transcript is not marked down for how it writes them:
 * - compatibility forms are unified (NFKC), accents dropped, case folded;
 * - apostrophes inside words stay, straight; all other punctuation and symbols part words, hyphens and dashes too;
 * - `%`, `&`, `$5` are said: percent, and, five dollars;
 * - digits are said: groups of thousands are joined, 1st is first, 3.5 is three point five, four digits from 1100 to 1999
 *   are a year, everything else is a count, without "and";
 * - Mr, Mrs, Dr and St are said in full.
 */
export function spokenWords(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .replace(/[\u2018\u2019\u02BC]/g, "'")
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .replace(/\$(\d+)/g, '$1 dollars ')
    .replace(/%/g, ' percent ')
    .replace(/&/g, ' and ')
    .replace(/(\d+)\.(\d+)/g, (_, whole: string, part: string) => `${whole} point ${[...part].join(' ')}`);
  return plain
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .split(' ')
    .map((word) => word.replace(/^'+|'+$/g, ''))
    .filter((word) => word !== '')
    .flatMap(said);
}

function said(word: string): string[] {
  const ordinal = /^(\d{1,12})(st|nd|rd|th)$/.exec(word);
  if (ordinal) return ordinalWords(Number(ordinal[1]));
  if (/^\d{1,12}$/.test(word)) {
    const value = Number(word);
    return word.length === 4 && value >= 1100 && value <= 1999 ? yearWords(value) : cardinalWords(value);
  }
  return [TITLES[word] ?? word];
}
