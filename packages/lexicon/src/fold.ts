/** Letters of other scripts that are drawn like Latin ones, and symbols that stand for letters in disguised words. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  // Cyrillic
  а: 'a',
  в: 'b',
  е: 'e',
  ё: 'e',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  ѕ: 's',
  т: 't',
  у: 'y',
  х: 'x',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  // Greek
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ω: 'w',
  // Latin beyond ASCII that does not decompose
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ŧ: 't',
  ɑ: 'a',
  ɡ: 'g',
  ɩ: 'i',
};

/** Digits and signs read as letters; `1`, `|` and `!` may be an i or an l, and both are tried. */
export const SIGN_LETTERS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '+': 't',
  '€': 'e',
  '£': 'l',
  '(': 'c',
};

/**
 * A word as the lists spell it: lower case, without accents, letters in disguise as Latin ones. A word wholly in another
 * script stays as it is: it is a word of another language, not a disguise.
 */
export function fold(word: string): { readonly text: string; readonly disguised: boolean } {
  const lower = word.toLowerCase();
  if (/^[\x20-\x7e]*$/.test(lower)) return { text: lower, disguised: false };
  const accented = lower.normalize('NFD').replace(/\p{M}+/gu, '');
  // Mathematical, circled and full-width letters become plain ones here.
  const plain = accented.normalize('NFKD').replace(/\p{M}+/gu, '');
  if (!/[a-z]/.test(plain)) return { text: plain, disguised: false };
  let text = '';
  for (const character of plain) text += LOOKALIKES[character] ?? character;
  const mixed = /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(plain);
  return {
    text,
    disguised: mixed || (plain !== accented && /[^\x20-\x7e]\p{L}|\p{L}[^\x20-\x7e]/u.test(accented)),
  };
}
