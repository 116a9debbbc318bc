import { InvalidInputError } from '@tercet/kit';

// Control and format characters but for tab and line breaks: NUL, zero-width joiners, direction marks, soft hyphens.
// Nobody sees them, and inside a word they would part it for the model alone.
const INVISIBLE = /[^\P{C}\t\n\r\p{Co}\p{Cn}\p{Cs}]/gu;

const isInvisible = (character: string): boolean => {
  INVISIBLE.lastIndex = 0;
  return INVISIBLE.test(character);
};

/**
 * Where places in a text, in code points, lie in what {@link normaliseText} makes of it: what was taken out before each
 * is taken off. For texts in Unicode form C, as derived ones are.
 */
export function placesAfterNormalising(bytes: Uint8Array, places: readonly number[]): number[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const removed: number[] = [];
  let place = 0;
  for (const character of text) {
    if (isInvisible(character)) removed.push(place);
    place += 1;
  }
  return places.map((one) => one - removed.filter((gone) => gone < one).length);
}

/**
 * Reads UTF-8 as the text that spans count in: without a byte order mark, in Unicode normal form C, without invisible
 * characters. An unpaired surrogate has no UTF-8 form: bytes that spell one are refused like any other broken bytes;
 * one that JSON carried arrives as U+FFFD and stays.
 * @throws InvalidInputError `bad_text`
 */
export function normaliseText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InvalidInputError('bad_text', `${bytes.length} bytes`, { cause });
  }
  return text.normalize('NFC').replace(INVISIBLE, '');
}
