import type { ReadChar } from './ctc.js';

/** Letters that are set in square cells: there full-width marks are as they should be. */
const SQUARE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Full-width forms of ASCII, which a fixed step away from it (Unicode block FF00). */
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/** The text of a line's characters, in Unicode form C. */
export function spell(chars: readonly ReadChar[]): string {
  const text = chars
    .map((char) => char.text)
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
    .normalize('NFC');
  if (SQUARE.test(text)) return text;
  return text.replace(FULL_WIDTH, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0xfee0));
}
