import { foldWord } from '../words.js';

/** A word, how much it counts in training, and whether it is English. */
export interface Entry {
  readonly word: string;
  readonly weight: number;
  readonly isEnglish: boolean;
}

/** Words with their frequencies, in any unit. */
export type Frequencies = ReadonlyMap<string, number>;

/** Frequencies are flattened, so that rare words are learned too. */
const FLATTEN = 0.8;
const HAS_LATIN = /\p{Script=Latin}/u;

/** The commonest words of a language, flattened, as entries that weigh `total` together; without words in other scripts. */
export function entriesOf(
  frequencies: Frequencies,
  isEnglish: boolean,
  total: number,
  most: number,
): Entry[] {
  const flattened = new Map<string, number>();
  for (const [word, frequency] of frequencies) {
    const folded = foldWord(word);
    if (HAS_LATIN.test(folded) && !/\s/.test(folded))
      flattened.set(folded, (flattened.get(folded) ?? 0) + frequency ** FLATTEN);
  }
  const kept = [...flattened].sort(([, a], [, b]) => b - a).slice(0, most);
  const sum = kept.reduce((all, [, weight]) => all + weight, 0);
  return kept.map(([word, weight]) => ({ word, weight: (total * weight) / sum, isEnglish }));
}

/** A list in the order of its words' frequency, by Zipf's law with a long head: the n-th weighs 1 / (n + 20). */
export function ranked(words: readonly string[]): Frequencies {
  const frequencies = new Map<string, number>();
  words.forEach((word, rank) => {
    frequencies.set(word, (frequencies.get(word) ?? 0) + 1 / (rank + 20));
  });
  return frequencies;
}

/** As typed on a keyboard without the language's letters. */
export function withoutMarks(frequencies: Frequencies): Frequencies {
  const plain = new Map<string, number>();
  for (const [word, frequency] of frequencies) {
    const bare = word
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .replace(/[łđøæœßıħþð]/g, (letter) => BARE[letter] ?? letter);
    plain.set(bare, (plain.get(bare) ?? 0) + frequency);
  }
  return plain;
}

const BARE: Readonly<Record<string, string>> = {
  ł: 'l',
  đ: 'd',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ı: 'i',
  ħ: 'h',
  þ: 'th',
  ð: 'd',
};
