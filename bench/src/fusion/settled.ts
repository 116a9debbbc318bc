/** Rounds that a cost must have gone without a new low. */
const ROUNDS = 2;
/** A new low is lower by more than this share. */
const NOISE = 0.1;

/** Whether a cost has stopped falling: neither of its last rounds was clearly below all that came before. Nothing measured has. */
export function isSettled(costs: readonly number[]): boolean {
  if (costs.length === 0) return true;
  if (costs.length <= ROUNDS) return false;
  const before = Math.min(...costs.slice(0, -ROUNDS));
  return Math.min(...costs.slice(-ROUNDS)) >= before * (1 - NOISE);
}
