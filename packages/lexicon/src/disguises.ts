import { SIGN_LETTERS } from './fold.js';
import { WORDS, type WordEntry } from './word-lists.js';

const MIN_MASKED = 4;
const MAX_FORM = 24;
/** Words shorter than this are not looked for inside a row of single letters. */
const MIN_SPACED = 4;

/** Words of the lists by their spelling with every row of one letter cut to that letter. */
const BY_SQUEEZED = index((word) => [squeeze(word)]);

/** Words by their first and last letters and their length, for spellings that hide what is between. */
const BY_MASK = index((word) => {
  if (word.length < MIN_MASKED) return [];
  const masks: string[] = [];
  for (let from = 1; from < word.length - 1; from += 1)
    for (let to = from + 1; to < word.length; to += 1)
      masks.push(`${word.slice(0, from)}${'*'.repeat(to - from)}${word.slice(to)}`);
  return masks;
});

/** What a word is once an ending of English is taken off. Names and nouns that only look inflected are not in the lists. */
export function lookUp(word: string): WordEntry | undefined {
  return (
    WORDS.get(word) ??
    (word.length > 4 && word.endsWith('s') ? WORDS.get(word.slice(0, -1)) : undefined) ??
    (word.length > 5 && /(?:es|ed|er|in)$/.test(word) ? WORDS.get(word.slice(0, -2)) : undefined) ??
    (word.length > 6 && word.endsWith('ing') ? WORDS.get(word.slice(0, -3)) : undefined)
  );
}

/**
 * Looks for a word of the lists behind signs for letters (`sh1t`), hidden letters (`sh*t`), inner marks (`sh.it`) and
 * stretched letters (`shiiit`). The whole chunk must be the word: nothing is found inside a longer word.
 * @param chunk folded, without white space.
 */
export function unmask(chunk: string): WordEntry | undefined {
  if (chunk.length > MAX_FORM || !/[a-z]/.test(chunk)) return undefined;
  for (const form of new Set([chunk, trimMarks(chunk)])) {
    const found = masked(form) ?? readSigns(form) ?? unstretch(form) ?? withoutMarks(form);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first surest word inside a row of letters that stood one by one (`w o r d`); undefined where there is none. */
export function inSpacedLetters(letters: string): WordEntry | undefined {
  const row = letters.slice(0, 4 * MAX_FORM);
  for (let from = 0; from + MIN_SPACED <= row.length; from += 1)
    for (let to = Math.min(row.length, from + MAX_FORM); to >= from + MIN_SPACED; to -= 1) {
      const found = WORDS.get(row.slice(from, to));
      if (found?.sureness === 2) return found;
    }
  return undefined;
}

/** A letter, or a sign that stands for one; undefined for anything else. */
export function letterOf(character: string): string | undefined {
  return /^[a-z]$/.test(character) ? character : SIGN_LETTERS[character];
}

function masked(form: string): WordEntry | undefined {
  if (!/^[a-z]+[*#]+[a-z]+$/.test(form)) return undefined;
  return BY_MASK.get(form.replaceAll('#', '*'));
}

function readSigns(form: string): WordEntry | undefined {
  if (/^[a-z]*$/.test(form)) return undefined;
  for (const ambiguous of ['i', 'l']) {
    let word = '';
    for (const character of form)
      word += /[1!|]/.test(character) ? ambiguous : (letterOf(character) ?? character);
    if (!/^[a-z]+$/.test(word)) return undefined;
    const found = lookUp(word) ?? unstretch(word);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unstretch(form: string): WordEntry | undefined {
  return /([a-z])\1\1/.test(form) && /^[a-z]+$/.test(form) ? BY_SQUEEZED.get(squeeze(form)) : undefined;
}

function withoutMarks(form: string): WordEntry | undefined {
  if (!/^[a-z]+(?:[.*_\-'`~,^]+[a-z]+)+$/.test(form)) return undefined;
  const pieces = form.split(/[^a-z]+/);
  // Two whole words joined by a mark are two words, which were looked at by themselves.
  if (pieces.every((piece) => piece.length > 3)) return undefined;
  return lookUp(pieces.join(''));
}

function trimMarks(chunk: string): string {
  return chunk.replace(/^[^a-z0-9@$]+|[^a-z0-9$]+$/g, '');
}

function squeeze(word: string): string {
  return word.replace(/([a-z])\1+/g, '$1');
}

/** Words of one part by the spellings that `spell` gives; of two words with one spelling the surer stays. */
function index(spell: (word: string) => readonly string[]): ReadonlyMap<string, WordEntry> {
  const found = new Map<string, WordEntry>();
  for (const [word, entry] of WORDS) {
    if (!/^[a-z]+$/.test(word)) continue;
    for (const form of spell(word)) {
      const held = found.get(form);
      if (held === undefined || entry.sureness > held.sureness) found.set(form, entry);
    }
  }
  return found;
}
