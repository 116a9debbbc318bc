/** Each bucket's upper bound is this much above the one before: a percentile is off by at most 4.5 %. */
const GROWTH = 1.09;
const LOG_GROWTH = Math.log(GROWTH);

/** Number of the bucket that a latency falls into; 0 for everything up to a millisecond. */
export function latencyBucket(ms: number): number {
  return ms <= 1 ? 0 : Math.ceil(Math.log(ms) / LOG_GROWTH);
}

/** The geometric middle of a bucket, in milliseconds. */
export function bucketMs(bucket: number): number {
  return bucket === 0 ? 1 : Math.exp((bucket - 0.5) * LOG_GROWTH);
}

/**
 * A percentile of counted buckets, in whole milliseconds; null where nothing was counted.
 * @param share 0..1.
 */
export function percentile(counts: ReadonlyMap<number, number>, share: number): number | null {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (const bucket of [...counts.keys()].sort((a, b) => a - b)) {
    seen += counts.get(bucket) ?? 0;
    if (seen >= rank) return Math.round(bucketMs(bucket));
  }
  return null;
}
