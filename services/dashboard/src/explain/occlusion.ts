/** A stretch of a text that is left out, in UTF-16 units and in code points. */
export interface Occlusion {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Words of a text, each to be left out once; of more than `max`, neighbours go together. Words are those of Unicode's
 * segmentation (UAX 29).
 * @param offset code points before the text, for `start` and `end`.
 */
export function occlusions(text: string, language: string, max: number, offset = 0): Occlusion[] {
  const words: Occlusion[] = [];
  let start = offset;
  for (const { segment, index, isWordLike } of segmenter(language).segment(text)) {
    const end = start + [...segment].length;
    if (isWordLike) words.push({ from: index, to: index + segment.length, start, end });
    start = end;
  }
  const size = Math.ceil(words.length / max);
  if (size <= 1) return words;
  return Array.from({ length: Math.ceil(words.length / size) }, (_, n) => {
    const some = words.slice(n * size, (n + 1) * size);
    const first = some[0] as Occlusion;
    const last = some.at(-1) as Occlusion;
    return { from: first.from, to: last.to, start: first.start, end: last.end };
  });
}

function segmenter(language: string): Intl.Segmenter {
  const known = language === '' ? [] : Intl.Segmenter.supportedLocalesOf(language.split('-', 1));
  return new Intl.Segmenter(known[0] ?? 'en', { granularity: 'word' });
}

/** The text as it is, then without each stretch in turn. */
export function variants(text: string, left: readonly Occlusion[]): string[] {
  return [text, ...left.map(({ from, to }) => text.slice(0, from) + text.slice(to))];
}

/** Code points `start` (inclusive) to `end` (exclusive) of a text. */
export function codePoints(text: string, start: number, end: number): string {
  return [...text].slice(start, end).join('');
}
