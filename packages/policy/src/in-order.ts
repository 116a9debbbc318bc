/** The same array where it is in order already, which most are; else a sorted copy. Stable, as sorting is. */
export function inOrder<T>(values: T[], compare: (a: T, b: T) => number): T[];
export function inOrder<T>(values: readonly T[], compare: (a: T, b: T) => number): readonly T[];
export function inOrder<T>(values: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  for (let i = 1; i < values.length; i += 1) {
    if (compare(values[i - 1] as T, values[i] as T) > 0) return sorted(values, compare);
  }
  return values;
}

function sorted<T>(values: readonly T[], compare: (a: T, b: T) => number): T[] {
  const [first, second] = values;
  // Two models of one part are the usual case, and the engine's sort takes a KiB of memory for whatever it sorts.
  return values.length === 2 ? [second as T, first as T] : [...values].sort(compare);
}
