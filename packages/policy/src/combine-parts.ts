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
  /** The part with the highest score, which is rounded too. */
  readonly top: PartScore;
  /** In the order of the contributions. */
  readonly parts: readonly PartScore[];
}

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
  // Arrays of their final length: one that grows is made for seventeen, and this is done for each category of each item.
  const survival = new Array<number>(sorted.length);
  let product = 1;
  for (let i = 0; i < sorted.length; i += 1) {
    const { score } = sorted[i] as PartScore;
    const factor = 1 - Math.max(0, (clampProbability(score) - floor) / (1 - floor));
    survival[i] = factor;
    product *= factor;
  }
  const combined = 1 - (1 - floor) * product;
  const shares = exactShares(shareWeights(sorted, survival));
  const contributions = new Array<Contribution>(sorted.length);
  for (let i = 0; i < sorted.length; i += 1) {
    const { part, score, span } = sorted[i] as PartScore;
    contributions[i] = { partId: part.partId, score: round6(score), share: shares[i] ?? 0, span };
  }
  return {
    category,
    score: round6(Math.min(1, Math.max(combined, top.score))),
    contributions,
    top: { part: top.part, category: top.category, score: round6(top.score), span: top.span },
    parts: sorted,
  };
}

const byPartId = (a: PartScore, b: PartScore): number => compareCodeUnits(a.part.partId, b.part.partId);

/** What shares are in proportion to. */
function shareWeights(parts: readonly PartScore[], survival: readonly number[]): number[] {
  // One part alone has it all.
  if (parts.length === 1) return [1];
  const weights = survival.map((factor) => -Math.log(factor));
  if (sum(weights) > 0) return weights;
  for (let i = 0; i < weights.length; i += 1) weights[i] = (parts[i] as PartScore).score;
  return sum(weights) > 0 ? weights : weights.fill(1);
}

/** Scales to a sum of 1 in millionths, in place; what rounding leaves goes to the largest share. */
function exactShares(shares: number[]): number[] {
  const total = sum(shares);
  let rest = 1_000_000;
  let largest = 0;
  for (let i = 0; i < shares.length; i += 1) {
    const millionths = Math.round(((shares[i] ?? 0) / total) * 1e6);
    shares[i] = millionths;
    rest -= millionths;
    if (millionths > (shares[largest] ?? 0)) largest = i;
  }
  shares[largest] = (shares[largest] ?? 0) + rest;
  for (let i = 0; i < shares.length; i += 1) shares[i] = (shares[i] ?? 0) / 1e6;
  return shares;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < values.length; i += 1) total += values[i] as number;
  return total;
}
