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

/** A scored example of a population in which rows weigh differently. */
export interface WeightedScore extends Scored {
  /** Beside the other rows of its class. */
  readonly weight: number;
}

const BINS = 15;

/**
 * Expected calibration error over 15 bins of equal mass (Nguyen and O'Connor, "Posterior calibration and exploratory
 * analysis for natural language processing models", 2015), for traffic with the share `prior` of positives: the mean
 * distance between a bin's score and its share of positives. NaN where a class is missing.
 */
export function calibrationError(rows: readonly WeightedScore[], prior: number): number {
  const masses = massesOf(rows, prior);
  if (masses === undefined) return Number.NaN;
  const sorted = rows.map((row, i) => ({ ...row, mass: masses[i] ?? 0 })).sort((a, b) => a.score - b.score);
  const bins = Array.from({ length: BINS }, () => ({ score: 0, positive: 0 }));
  let before = 0;
  for (const { score, positive, mass } of sorted) {
    // A row that lies across a border goes to the bin that its middle is in.
    const bin = bins[Math.min(BINS - 1, Math.floor((before + mass / 2) * BINS))];
    before += mass;
    if (bin === undefined) continue;
    bin.score += mass * score;
    if (positive) bin.positive += mass;
  }
  return bins.reduce((total, bin) => total + Math.abs(bin.score - bin.positive), 0);
}

/**
 * Brier skill score: 1 less the ratio of the mean squared error to that of always saying `prior` (Brier, 1950; Murphy,
 * 1973). Above 0 the scores say more than the share of positives does. NaN where a class is missing.
 */
export function brierSkill(rows: readonly WeightedScore[], prior: number): number {
  const masses = massesOf(rows, prior);
  if (masses === undefined) return Number.NaN;
  const error = rows.reduce(
    (sum, { score, positive }, i) => sum + (masses[i] ?? 0) * (score - (positive ? 1 : 0)) ** 2,
    0,
  );
  return 1 - error / (prior * (1 - prior));
}

/** Masses that sum to 1, positives to `prior`; undefined where a class is missing. */
function massesOf(rows: readonly WeightedScore[], prior: number): number[] | undefined {
  const total = (positive: boolean) =>
    rows.reduce((sum, row) => sum + (row.positive === positive ? row.weight : 0), 0);
  const positives = total(true);
  const negatives = total(false);
  if (positives === 0 || negatives === 0) return undefined;
  return rows.map(({ positive, weight }) =>
    positive ? (prior * weight) / positives : ((1 - prior) * weight) / negatives,
  );
}
