/** A Prometheus histogram's cumulative counts by upper bound in seconds, summed over its series. */
export type Buckets = ReadonlyMap<number, number>;

const LINE = /^(\w+)\{([^}]*)\} ([0-9.eE+-]+)/;

/** Histograms of fusion's steps out of the text of `/metrics`, by step, and `decision`: last record to commit. */
export function readSteps(metrics: string): Map<string, Map<number, number>> {
  const steps = new Map<string, Map<number, number>>();
  for (const line of metrics.split('\n')) {
    const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
    const isStep = name === 'tercet_fusion_step_duration_bucket';
    if (!isStep && name !== 'tercet_fusion_decision_duration_bucket') continue;
    const step = isStep ? (/step="(\w+)"/.exec(labels)?.[1] ?? '') : 'decision';
    const bound = Number((/le="([^"]+)"/.exec(labels)?.[1] ?? '').replace('+Inf', 'Infinity'));
    const buckets = steps.get(step) ?? new Map<number, number>();
    buckets.set(bound, (buckets.get(bound) ?? 0) + Number(value));
    steps.set(step, buckets);
  }
  return steps;
}

/** Upper bound, in milliseconds, of the bucket that holds the given share of what came between two readings. */
export function quantileMs(before: Buckets | undefined, after: Buckets, share: number): number {
  const counts = [...after]
    .map(([bound, count]) => [bound, count - (before?.get(bound) ?? 0)] as const)
    .sort(([a], [b]) => a - b);
  const total = counts.at(-1)?.[1] ?? 0;
  const found = counts.find(([, count]) => count >= share * total);
  return (found?.[0] ?? Number.NaN) * 1000;
}
