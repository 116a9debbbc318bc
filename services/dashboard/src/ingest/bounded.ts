/** More people than there are: reach and reports beyond it count as it, so that sums and products stay in range. */
const MAX_PEOPLE = 10_000_000_000n;
/** Milliseconds since the epoch in the year 5138; minutes until then fit an integer column. */
const MAX_MS = 100_000_000_000_000;

/** A number of people as upstream says it, 0 at least. */
export function boundedPeople(count: bigint): bigint {
  if (count < 0n) return 0n;
  return count > MAX_PEOPLE ? MAX_PEOPLE : count;
}

/** A time as some other process says it, in milliseconds since the epoch. */
export function boundedMs(ms: bigint | number): number {
  return Math.min(MAX_MS, Math.max(0, Number(ms)));
}

/** Whether a time can be one. */
export function isTime(ms: unknown): ms is number {
  return Number.isSafeInteger(ms) && (ms as number) >= 0 && (ms as number) <= MAX_MS;
}
