import type { Stretch } from '@tercet/encoder/authoring';

/** Turns stretches in UTF-16 code units, in any order, into stretches in code points, in one pass over the text. */
export function toCodePoints(text: string, stretches: readonly Stretch[]): Stretch[] {
  if (!/[\ud800-\udbff]/.test(text)) return stretches.map(({ start, end }) => ({ start, end }));
  const places = [...new Set(stretches.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const codePointOf = new Map<number, number>();
  let unit = 0;
  let points = 0;
  for (const place of places) {
    while (unit < place) {
      unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
      points += 1;
    }
    codePointOf.set(place, points);
  }
  return stretches.map(({ start, end }) => ({
    start: codePointOf.get(start) ?? 0,
    end: codePointOf.get(end) ?? 0,
  }));
}
