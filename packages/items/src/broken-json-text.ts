import { InvalidInputError } from '@tercet/kit';

/**
 * JSON can name half of a surrogate pair (`"\ud800"`), which no UTF-8 can carry. Such a text is taken out, and its part
 * named, so that the item is decided with its other parts. In any other field it is `wrong_field`.
 */
export function blankBrokenTexts(json: string): { json: string; brokenTexts: ReadonlySet<number> } {
  const brokenTexts = new Set<number>();
  // Only an escape can bring half a pair: the bytes were valid UTF-8.
  if (!/\\u[dD][89a-fA-F]/.test(json)) return { json, brokenTexts };
  const root = parse(json);
  for (const [index, part] of partsOf(root).entries()) {
    if (isObject(part) && typeof part['text'] === 'string' && isBroken(part['text'])) {
      part['text'] = '';
      brokenTexts.add(index);
    }
  }
  // JSON.stringify writes half a pair as an escape, and nothing else as one of these.
  const blanked = JSON.stringify(root);
  if (/\\ud[89a-f]/.test(blanked.replaceAll('\\\\', ''))) {
    throw new InvalidInputError('wrong_field', 'a string holds an unpaired surrogate');
  }
  return { json: blanked, brokenTexts };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new InvalidInputError('undecodable', 'not JSON', { cause: error });
  }
}

function partsOf(root: unknown): unknown[] {
  return isObject(root) && Array.isArray(root['parts']) ? root['parts'] : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBroken(text: string): boolean {
  return /\p{Cs}/u.test(text);
}
