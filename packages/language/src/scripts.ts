/** Scripts by their ISO 15924 code, and the language that one stands for where there is no better word. */
const SCRIPTS: readonly (readonly [code: string, pattern: RegExp, language: string])[] = [
  ['Latn', /\p{Script=Latin}/u, ''],
  ['Cyrl', /\p{Script=Cyrillic}/u, 'ru'],
  ['Arab', /\p{Script=Arabic}/u, 'ar'],
  ['Deva', /\p{Script=Devanagari}/u, 'hi'],
  ['Jpan', /[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  ['Hang', /\p{Script=Hangul}/u, 'ko'],
  ['Hani', /\p{Script=Han}/u, 'zh'],
  ['Grek', /\p{Script=Greek}/u, 'el'],
  ['Hebr', /\p{Script=Hebrew}/u, 'he'],
  ['Thai', /\p{Script=Thai}/u, 'th'],
  ['Beng', /\p{Script=Bengali}/u, 'bn'],
  ['Taml', /\p{Script=Tamil}/u, 'ta'],
  ['Telu', /\p{Script=Telugu}/u, 'te'],
  ['Guru', /\p{Script=Gurmukhi}/u, 'pa'],
  ['Gujr', /\p{Script=Gujarati}/u, 'gu'],
  ['Knda', /\p{Script=Kannada}/u, 'kn'],
  ['Mlym', /\p{Script=Malayalam}/u, 'ml'],
  ['Geor', /\p{Script=Georgian}/u, 'ka'],
  ['Armn', /\p{Script=Armenian}/u, 'hy'],
  ['Ethi', /\p{Script=Ethiopic}/u, 'am'],
  ['Khmr', /\p{Script=Khmer}/u, 'km'],
  ['Mymr', /\p{Script=Myanmar}/u, 'my'],
  ['Laoo', /\p{Script=Lao}/u, 'lo'],
  ['Sinh', /\p{Script=Sinhala}/u, 'si'],
];

export const LATIN = 'Latn';
/** ISO 15924: a script that is none of those known here. */
export const UNKNOWN_SCRIPT = 'Zyyy';

/**
 * Script of a word: Latin where any letter is Latin (letters that only look it are a disguise of Latin words), else that of
 * the first of the list that has a letter in it.
 */
export function scriptOf(word: string): string {
  return SCRIPTS.find(([, pattern]) => pattern.test(word))?.[0] ?? UNKNOWN_SCRIPT;
}

/** A language that a script suggests; empty for Latin and unknown ones. */
export function languageOfScript(script: string): string {
  return SCRIPTS.find(([code]) => code === script)?.[2] ?? '';
}
