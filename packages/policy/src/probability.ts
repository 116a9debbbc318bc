/** Probabilities stay this far from 0 and 1, so that their log-odds are finite. */
const EDGE = 1e-6;

/** Logistic function: log-odds to probability. */
export function sigmoid(logOdds: number): number {
  return logOdds >= 0 ? 1 / (1 + Math.exp(-logOdds)) : Math.exp(logOdds) / (1 + Math.exp(logOdds));
}

/** Log-odds of a probability; finite for 0 and 1 too. */
export function logit(probability: number): number {
  const p = clampProbability(probability);
  return Math.log(p / (1 - p));
}

/** The probability, kept within [1e-6, 1 - 1e-6]. */
export function clampProbability(probability: number): number {
  return Math.min(1 - EDGE, Math.max(EDGE, probability));
}

/**
 * Rounds to six decimals: more digits than a calibrated probability supports, and few enough that a last-bit
 * difference of Math.exp between platforms cannot reach a decision's bytes.
 */
export function round6(value: number): number {
  const rounded = Math.round(value * 1e6) / 1e6;
  return rounded === 0 ? 0 : rounded;
}
