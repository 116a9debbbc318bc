/** One difference between what was said and what was written; an absent side is a word too many or too few. */
export interface WordError {
  readonly said: string | undefined;
  readonly written: string | undefined;
}

/**
 * The fewest substitutions, deletions and insertions that turn what was said into what was written (Levenshtein distance over
 * words), one such choice of them, in order.
 */
export function wordErrors(said: readonly string[], written: readonly string[]): WordError[] {
  const width = written.length + 1;
  const cost = new Uint32Array((said.length + 1) * width);
  const at = (row: number, column: number): number => cost[row * width + column] ?? 0;
  for (let row = 0; row <= said.length; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const substituted =
        row > 0 && column > 0
          ? at(row - 1, column - 1) + (said[row - 1] === written[column - 1] ? 0 : 1)
          : Number.POSITIVE_INFINITY;
      const deleted = row > 0 ? at(row - 1, column) + 1 : Number.POSITIVE_INFINITY;
      const inserted = column > 0 ? at(row, column - 1) + 1 : Number.POSITIVE_INFINITY;
      const least = Math.min(substituted, deleted, inserted);
      cost[row * width + column] = Number.isFinite(least) ? least : 0;
    }
  }
  const errors: WordError[] = [];
  let [row, column] = [said.length, written.length];
  while (row > 0 || column > 0) {
    const [a, b] = [said[row - 1], written[column - 1]];
    const same = a === b ? 0 : 1;
    if (row > 0 && column > 0 && at(row, column) === at(row - 1, column - 1) + same) {
      if (same === 1) errors.push({ said: a, written: b });
      row -= 1;
      column -= 1;
    } else if (row > 0 && at(row, column) === at(row - 1, column) + 1) {
      errors.push({ said: a, written: undefined });
      row -= 1;
    } else {
      errors.push({ said: undefined, written: b });
      column -= 1;
    }
  }
  return errors.reverse();
}
