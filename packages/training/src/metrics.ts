/** A scored example. */
export interface Scored {
  readonly score: number;
  readonly positive: boolean;
}

/** Area under the ROC curve: the chance that a positive scores above a negative, ties counting half (Mann-Whitney). */
export function auroc(rows: readonly Scored[]): number {
  const sorted = [...rows].sort((a, b) => a.score - b.score);
  const positives = sorted.filter((row) => row.positive).length;
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  let rankSum = 0;
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    while (j < sorted.length && sorted[j]?.score === sorted[i]?.score) j += 1;
    const rank = (i + 1 + j) / 2;
    for (let k = i; k < j; k += 1) if (sorted[k]?.positive) rankSum += rank;
    i = j;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Average precision: the mean of the precision at each positive, in order of falling score; ties are taken together. */
export function averagePrecision(rows: readonly Scored[]): number {
  const sorted = [...rows].sort((a, b) => b.score - a.score);
  const positives = sorted.filter((row) => row.positive).length;
  if (positives === 0) return Number.NaN;
  let found = 0;
  let total = 0;
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    let inTie = 0;
    while (j < sorted.length && sorted[j]?.score === sorted[i]?.score) {
      if (sorted[j]?.positive) inTie += 1;
      j += 1;
    }
    found += inTie;
    total += inTie * (found / j);
    i = j;
  }
  return total / positives;
}

/** Share of rows at or above a threshold; NaN where there are none. */
export function shareAtLeast(rows: readonly Scored[], threshold: number): number {
  if (rows.length === 0) return Number.NaN;
  return rows.filter((row) => row.score >= threshold).length / rows.length;
}

/**
 * Expected calibration error over ten bins of equal width, the classes weighted to the share `prior` of positives: the mean
 * distance between a bin's score and its share of positives, weighted by the bin's mass.
 */
export function calibrationError(rows: readonly Scored[], prior: number): number {
  const positives = rows.filter((row) => row.positive).length;
  const negatives = rows.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  const bins = Array.from({ length: 10 }, () => ({ mass: 0, score: 0, positive: 0 }));
  for (const { score, positive } of rows) {
    const bin = bins[Math.min(9, Math.floor(score * 10))];
    if (bin === undefined) continue;
    const weight = positive ? prior / positives : (1 - prior) / negatives;
    bin.mass += weight;
    bin.score += weight * score;
    if (positive) bin.positive += weight;
  }
  return bins.reduce((total, bin) => total + Math.abs(bin.score - bin.positive), 0);
}
