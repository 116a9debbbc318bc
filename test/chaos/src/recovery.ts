import type { Decided, Opening, PartSeen } from './ledger.js';
import type { FaultSeen } from './run-faults.js';

/** A row of the result. */
export interface FaultResult {
  readonly kind: string;
  readonly target: string;
  /** From the start of the load. */
  readonly at_ms: number;
  /** null: not seen to recover. */
  readonly recovered_ms: number | null;
}

/**
 * When a fault was over: what it hit answers ready, and its work is seen on the log again. For fusion, Redis and Kafka that
 * is a decision in every partition that has one later on; for an encoder a part of its modality; for intake an
 * opening; for the gateway its readiness. Where the load ended before, readiness alone.
 */
export function recovered(
  { fault, atMs, readyMs }: FaultSeen,
  inputs: readonly (Opening | PartSeen)[],
  decisions: readonly Decided[],
): number | undefined {
  if (readyMs === undefined) return undefined;
  const first = (times: readonly number[]) =>
    times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let work: number = readyMs;
  if (fault.target.endsWith('-encoder')) {
    const modality = fault.target.replace('-encoder', '');
    work = first(
      inputs
        .filter((one) => one.kind === 'part' && one.modality === modality && one.appendMs >= readyMs)
        .map(({ appendMs }) => appendMs),
    );
  } else if (fault.target === 'intake') {
    work = first(
      inputs
        .filter((one) => one.kind === 'opening' && one.appendMs >= readyMs)
        .map(({ appendMs }) => appendMs),
    );
  } else if (fault.target !== 'gateway') {
    const byPartition = new Map<number, number>();
    for (const { partition, sentMs } of decisions)
      if (sentMs > atMs) byPartition.set(partition, Math.min(sentMs, byPartition.get(partition) ?? sentMs));
    work = Math.max(...byPartition.values(), readyMs);
  }
  return Math.max(readyMs, Number.isFinite(work) ? work : readyMs);
}
