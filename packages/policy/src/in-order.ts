/** The same array where it is in order already, which most are; else a sorted copy. Stable, as sorting is. */
export function inOrder<T>(values: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  for (let i = 1; i < values.length; i += 1) {
    if (compare(values[i - 1] as T, values[i] as T) > 0) return [...values].sort(compare);
  }
  return values;
}
