/** Inclusive start, exclusive end, in any unit. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Which of `count` pieces to look at where `limit` is fewer: ascending indices that hold the first and the last piece
 * and lie evenly between, so that neither end nor the middle of a long part is a place to hide.
 */
export function evenlySpaced(count: number, limit: number): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, index) => index);
  if (limit < 2) return limit === 1 ? [0] : [];
  return Array.from({ length: limit }, (_, index) => Math.round((index * (count - 1)) / (limit - 1)));
}

/** What of 0..end the given stretches leave out; they may overlap and need no order. */
export function uncovered(looked: readonly Stretch[], end: number): Stretch[] {
  const gaps: Stretch[] = [];
  let covered = 0;
  for (const stretch of [...looked].sort((a, b) => a.start - b.start)) {
    const start = Math.min(stretch.start, end);
    if (start > covered) gaps.push({ start: covered, end: start });
    covered = Math.max(covered, stretch.end);
  }
  if (covered < end) gaps.push({ start: covered, end });
  return gaps;
}
