/** A stretch of a text, in code points, end exclusive. Of overlapping marks the later one in the list wins. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

export interface Segment {
  readonly text: string;
  /** Empty: unmarked. */
  readonly kind: string;
}

/** Cuts a text at its marks. Joined again, the segments are the text; marks beyond its end are cut off. */
export function segments(text: string, marks: readonly Mark[]): Segment[] {
  const points = [...text];
  const kinds: string[] = points.map(() => '');
  for (const { start, end, kind } of marks) kinds.fill(kind, Math.max(0, start), Math.max(0, end));
  const found: Segment[] = [];
  let from = 0;
  for (let at = 1; at <= points.length; at++) {
    if (at < points.length && kinds[at] === kinds[from]) continue;
    found.push({ text: points.slice(from, at).join(''), kind: kinds[from] ?? '' });
    from = at;
  }
  return found;
}

const LEVELS = 4;

/**
 * Marks of words by their weight: `weigh-1` to `weigh-4` by their share of the strongest, `weigh-down` for those that spoke
 * against. What moves the score by less than a hundredth is left plain, since occlusion is only approximate.
 */
export function weightMarks(words: readonly { start: number; end: number; weight: number }[]): Mark[] {
  const strongest = Math.max(...words.map((word) => word.weight), 0);
  return words.flatMap(({ start, end, weight }) => {
    if (Math.abs(weight) < 0.01) return [];
    if (weight < 0) return [{ start, end, kind: 'weigh-down' }];
    return [{ start, end, kind: `weigh-${Math.max(1, Math.ceil((weight / strongest) * LEVELS))}` }];
  });
}
