import type { Stretch } from '@tercet/encoder/authoring';

/** How speech is laid into windows of the recogniser. */
export interface WindowRule {
  /** Longest window, in milliseconds. */
  readonly maxWindowMs: number;
  /** A pause longer than this always ends a window: there is nothing to be heard in it. */
  readonly maxPauseMs: number;
  /** Where speech has no pause, the quietest moment of so much before the limit is where it is cut. */
  readonly searchMs: number;
}

/**
 * Lays stretches of speech into windows of at most `maxWindowMs`, each from the beginning of a stretch to the end of one, so
 * that every cut lies in a pause. A stretch longer than a window is cut where speech is least probable.
 * @param stretches ascending, in milliseconds.
 * @param probabilities of speech, one per frame of `frameMs`.
 */
export function speechWindows(
  stretches: readonly Stretch[],
  probabilities: ArrayLike<number>,
  frameMs: number,
  rule: WindowRule,
): Stretch[] {
  const windows: { start: number; end: number }[] = [];
  for (const piece of stretches.flatMap((stretch) => pieces(stretch, probabilities, frameMs, rule))) {
    const last = windows.at(-1);
    const joins =
      last !== undefined &&
      piece.end - last.start <= rule.maxWindowMs &&
      piece.start - last.end <= rule.maxPauseMs;
    if (joins) last.end = piece.end;
    else windows.push({ ...piece });
  }
  return windows;
}

function pieces(
  { start, end }: Stretch,
  probabilities: ArrayLike<number>,
  frameMs: number,
  rule: WindowRule,
): Stretch[] {
  const cut: Stretch[] = [];
  let from = start;
  while (end - from > rule.maxWindowMs) {
    const limit = from + rule.maxWindowMs;
    const at = quietest(probabilities, frameMs, limit - rule.searchMs, limit);
    cut.push({ start: from, end: at });
    from = at;
  }
  return [...cut, { start: from, end }];
}

/** The middle of the frame with the lowest probability in a stretch of time; the last one where several are equal. */
function quietest(probabilities: ArrayLike<number>, frameMs: number, from: number, to: number): number {
  let best = Math.floor(to / frameMs) - 1;
  for (let frame = best; frame * frameMs >= from; frame -= 1) {
    if ((probabilities[frame] ?? 0) < (probabilities[best] ?? 0)) best = frame;
  }
  return Math.round((best + 0.5) * frameMs);
}
