import type { Scored } from '@tercet/training';

/** How often rows of each class score at or above a threshold. */
export interface Rates {
  /** Share of positives; NaN where there are none. */
  readonly recall: number;
  /** Share of negatives; NaN where there are none. */
  readonly falsePositives: number;
  /** Share of positives among what is found; NaN where nothing is. */
  readonly precision: number;
  /** Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn); NaN without positives. */
  readonly f1: number;
}

/** Rates at a threshold: a row is found where its score is at least that. */
export function ratesAt(rows: readonly Scored[], threshold: number): Rates {
  let truePositives = 0;
  let falsePositives = 0;
  let positives = 0;
  for (const { score, positive } of rows) {
    if (positive) positives += 1;
    if (score < threshold) continue;
    if (positive) truePositives += 1;
    else falsePositives += 1;
  }
  const found = truePositives + falsePositives;
  return {
    recall: share(truePositives, positives),
    falsePositives: share(falsePositives, rows.length - positives),
    precision: share(truePositives, found),
    f1: positives === 0 ? Number.NaN : (2 * truePositives) / (found + positives),
  };
}

/**
 * Highest recall of any threshold at which at most a share of the negatives is found; ties of score are found together.
 * NaN where a class is missing.
 */
export function recallAtFalsePositives(rows: readonly Scored[], most: number): number {
  const sorted = [...rows].sort((a, b) => b.score - a.score);
  const positives = sorted.filter(({ positive }) => positive).length;
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  let found = 0;
  let wrong = 0;
  let best = 0;
  for (let at = 0; at < sorted.length; ) {
    const { score } = sorted[at] as Scored;
    for (; sorted[at]?.score === score; at += 1) {
      if (sorted[at]?.positive) found += 1;
      else wrong += 1;
    }
    if (wrong / negatives > most) break;
    best = found;
  }
  return best / positives;
}

function share(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole;
}
