/** Padded tokens of one run: what stays in a core's cache; measured, longer runs cost more a token. */
const MAX_RUN_TOKENS = 512;
/** What a run costs beyond its tokens, in tokens: measured, .3 ms of the model's own and as much of the way to it. */
const RUN_COST = 6;

/**
 * Groups rows into runs that pad each row to the longest beside it, so that the padded tokens and the runs together
 * cost least. Rows are sorted by length first: a run holds neighbours. No run has more padded tokens than the limit,
 * unless a row alone has. Answers indices into `lengths`, shortest rows first.
 */
export function planRuns(lengths: readonly number[]): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengthOf(a) - lengthOf(b));
  // Of the first n rows: the least cost, and where their last run begins.
  const costs = [0];
  const begins = [0];
  for (let end = 1; end <= order.length; end += 1) {
    const longest = lengthOf(order[end - 1]);
    let least = Number.POSITIVE_INFINITY;
    let begin = end - 1;
    for (let from = end - 1; from >= 0; from -= 1) {
      const padded = longest * (end - from);
      if (padded > MAX_RUN_TOKENS && from < end - 1) break;
      const cost = (costs[from] ?? 0) + padded + RUN_COST;
      if (cost < least) {
        least = cost;
        begin = from;
      }
    }
    costs.push(least);
    begins.push(begin);
  }
  const runs: number[][] = [];
  for (let end = order.length; end > 0; end = begins[end] ?? 0) runs.push(order.slice(begins[end], end));
  return runs.reverse();

  function lengthOf(index: number | undefined): number {
    return index === undefined ? 0 : (lengths[index] ?? 0);
  }
}
