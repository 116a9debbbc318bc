import { InvalidInputError } from '@tercet/kit';

// Control and format characters but for tab and line breaks: NUL, zero-width joiners, direction marks, soft hyphens.
// Nobody sees them, and inside a word they would part it for the model alone.
const INVISIBLE = /[^\P{C}\t\n\r\p{Co}\p{Cn}\p{Cs}]/gu;

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
