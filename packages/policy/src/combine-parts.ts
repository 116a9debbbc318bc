import type { Contribution } from '@tercet/contracts';
import { compareCodeUnits } from './canonical-json.js';
import { inOrder } from './in-order.js';
import { clampProbability, round6 } from './probability.js';
import type { PartScore } from './score-part.js';

/** The combined word of an item's parts on one category. */
export interface CombinedScore {
  readonly category: string;
  /** Rounded to six decimals, as every score here. */
  readonly score: number;
  /** Sorted by part id; the shares sum to 1. */
  readonly contributions: Contribution[];
  /** The part with the highest score. */
  readonly top: PartScore;
  readonly topScore: number;
  /** In the order of the contributions. */
  readonly parts: readonly PartScore[];
}

// Of one category at a time, one number per part: deciding makes enough memory.
let weights = new Float64Array(16);

/**
 * Leaky noisy-or over the parts' calibrated probabilities: an item is harmful where any of its parts is.
 *
 *     P = 1 - (1 - l) prod(1 - c_i),   c_i = max(0, (p_i - l) / (1 - l)),   l = min(leak, max p_i)
 *
 * Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, section 4.3.2; the leak after Henrion, "Some Practical
 * Issues in Constructing Belief Networks", UAI 1987. The leak is what a part scores that says nothing, so many harmless
 * parts do not add up to a harmful item. One part alone gives P = p. P is at least every p_i, grows with each, and does not
 * depend on their order.
 *
 * A part's share is -ln(1 - c_i) over the sum of these; where no part is above the leak, p_i over the sum of the p_i.
 */
export function combineParts(category: string, parts: readonly PartScore[], leak: number): CombinedScore {
  const sorted = inOrder(parts, byPartId);
  const [first] = sorted;
  if (first === undefined) throw new RangeError('no parts to combine');
  let top = first;
  for (const part of sorted) if (part.score > top.score) top = part;
  // Of what is summed below: with a floor under the clamp, parts that say nothing would add up.
  const floor = Math.min(leak, clampProbability(top.score));
  const count = sorted.length;
  if (weights.length < count) weights = new Float64Array(2 * count);
  let product = 1;
  for (let i = 0; i < count; i += 1) {
    const { score } = sorted[i] as PartScore;
    const factor = 1 - Math.max(0, (clampProbability(score) - floor) / (1 - floor));
    // One part alone has it all.
    weights[i] = count === 1 ? 1 : -Math.log(factor);
    product *= factor;
  }
  const combined = 1 - (1 - floor) * product;
  if (!(sumOfWeights(count) > 0)) weighByScore(sorted);
  toExactShares(count);
  const contributions = new Array<Contribution>(count);
  for (let i = 0; i < count; i += 1) {
    const { part, score, span } = sorted[i] as PartScore;
    contributions[i] = { partId: part.partId, score: round6(score), share: weights[i] ?? 0, span };
  }
  return {
    category,
    score: round6(Math.min(1, Math.max(combined, top.score))),
    contributions,
    top,
    topScore: round6(top.score),
    parts: sorted,
  };
}

const byPartId = (a: PartScore, b: PartScore): number => compareCodeUnits(a.part.partId, b.part.partId);

/** Where no part is above the leak. */
function weighByScore(parts: readonly PartScore[]): void {
  for (let i = 0; i < parts.length; i += 1) weights[i] = (parts[i] as PartScore).score;
  if (!(sumOfWeights(parts.length) > 0)) weights.fill(1);
}

/** Scales the weights to a sum of 1 in millionths; what rounding leaves goes to the largest share. */
function toExactShares(count: number): void {
  const total = sumOfWeights(count);
  let rest = 1_000_000;
  let largest = 0;
  for (let i = 0; i < count; i += 1) {
    const millionths = Math.round(((weights[i] ?? 0) / total) * 1e6);
    weights[i] = millionths;
    rest -= millionths;
    if (millionths > (weights[largest] ?? 0)) largest = i;
  }
  weights[largest] = (weights[largest] ?? 0) + rest;
  for (let i = 0; i < count; i += 1) weights[i] = (weights[i] ?? 0) / 1e6;
}

function sumOfWeights(count: number): number {
  let total = 0;
  for (let i = 0; i < count; i += 1) total += weights[i] ?? 0;
  return total;
}
