import type { WeightedScore } from './metrics.js';

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al., 1955; for probabilities: Zadrozny and Elkan, 2002): the
 * rising step function of the raw output nearest to the labels, classes weighted to the share `prior` of positives.
 * Between two steps it is linear; beyond the ends it is flat.
 * @param rows `score` is the raw output.
 */
export function fitIsotonic(rows: readonly WeightedScore[], prior: number): (z: number) => number {
  const mass = (positive: boolean) =>
    rows.reduce((sum, row) => sum + (row.positive === positive ? row.weight : 0), 0);
  const [positives, negatives] = [mass(true), mass(false)];
  const pools: { z: number; value: number; weight: number }[] = [];
  for (const { score, positive, weight } of [...rows].sort((a, b) => a.score - b.score)) {
    let pool = {
      z: score,
      value: positive ? 1 : 0,
      weight: positive ? (prior * weight) / positives : ((1 - prior) * weight) / negatives,
    };
    for (let last = pools.at(-1); last !== undefined && last.value >= pool.value; last = pools.at(-1)) {
      const total = last.weight + pool.weight;
      const mean = (a: number, b: number) => (a * last.weight + b * pool.weight) / total;
      pool = { z: mean(last.z, pool.z), value: mean(last.value, pool.value), weight: total };
      pools.pop();
    }
    pools.push(pool);
  }
  return (z) => {
    const above = pools.findIndex((pool) => pool.z >= z);
    const right = above < 0 ? pools.at(-1) : pools[above];
    const left = above <= 0 ? right : pools[above - 1];
    if (left === undefined || right === undefined) return prior;
    if (right.z === left.z) return right.value;
    return left.value + ((Math.min(z, right.z) - left.z) / (right.z - left.z)) * (right.value - left.value);
  };
}
