import type { Scored } from '@tercet/training';

/** Rows of neighbouring scores. */
export interface ReliabilityBin {
  readonly count: number;
  /** Mean score, and share of positives. */
  readonly score: number;
  readonly positives: number;
}

/**
 * Bins of equal mass: rows in the order of their scores, cut into `count` runs that differ by one row at most; fewer where
 * there are fewer rows. Rows of one score stand in the order of their class, negatives first, so that the order in which
 * rows came does not matter.
 */
export function reliabilityBins(rows: readonly Scored[], count = 15): ReliabilityBin[] {
  const sorted = [...rows].sort((a, b) => a.score - b.score || Number(a.positive) - Number(b.positive));
  const bins: ReliabilityBin[] = [];
  for (let bin = 0; bin < count; bin += 1) {
    const from = Math.floor((bin * sorted.length) / count);
    const members = sorted.slice(from, Math.floor(((bin + 1) * sorted.length) / count));
    if (members.length === 0) continue;
    bins.push({
      count: members.length,
      score: mean(members.map(({ score }) => score)),
      positives: mean(members.map(({ positive }) => Number(positive))),
    });
  }
  return bins;
}

/**
 * Expected calibration error: the mean distance between a bin's score and its share of positives, weighted by the bins'
 * mass (Naeini et al., 2015, with bins of equal mass). NaN without rows.
 */
export function equalMassCalibrationError(rows: readonly Scored[], count = 15): number {
  if (rows.length === 0) return Number.NaN;
  const bins = reliabilityBins(rows, count);
  const distance = (bin: ReliabilityBin) => bin.count * Math.abs(bin.score - bin.positives);
  return bins.reduce((sum, bin) => sum + distance(bin), 0) / rows.length;
}

/** Brier score: the mean squared distance of the score from what was true (Brier, 1950). NaN without rows. */
export function brierScore(rows: readonly Scored[]): number {
  return mean(rows.map(({ score, positive }) => (score - Number(positive)) ** 2));
}

/** Brier skill: 1 - Brier score / that of always saying the share of positives. NaN where a class is missing. */
export function brierSkill(rows: readonly Scored[]): number {
  const base = mean(rows.map(({ positive }) => Number(positive)));
  const reference = base * (1 - base);
  return reference > 0 ? 1 - brierScore(rows) / reference : Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
