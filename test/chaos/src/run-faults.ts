import { setTimeout as delay } from 'node:timers/promises';
import { inject } from './inject.js';
import type { Fault } from './schedule.js';
import type { Stage } from './stage.js';

/** A fault as it happened; times in milliseconds since the epoch. */
export interface FaultSeen {
  readonly fault: Fault;
  /** What it hit. */
  readonly target: Fault['target'];
  /** When its injection began: for a rollback the snapshot. */
  readonly startedMs: number;
  /** When it took hold. */
  readonly brokeMs: number;
  /** When what it had broken was let go again. */
  readonly endedMs: number;
}

/**
 * Injects each fault at its time. Faults overlap; only those of one target wait for each other, since a Redis cannot be
 * killed while it is down. Recovery is not waited for.
 * @throws the error of an injection: a Redis or Kafka that does not come up again.
 */
export async function runFaults(
  stage: Stage,
  faults: readonly Fault[],
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<FaultSeen[]> {
  const start = performance.now();
  const chains = new Map<string, Promise<unknown>>();
  const seen: Promise<FaultSeen>[] = [];
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  for (const fault of faults) {
    const due = delay(Math.max(0, fault.atMs - (performance.now() - start)), undefined, { signal });
    // An hour of faults that can no longer be counted would be an hour lost.
    await Promise.race([due, failed]);
    const before = chains.get(fault.target) ?? Promise.resolve();
    const run = before.then(async (): Promise<FaultSeen> => {
      const startedMs = Date.now();
      const length = fault.lengthMs > 0 ? ` (${fault.lengthMs} ms)` : '';
      report(`${((performance.now() - start) / 1000).toFixed(1)} s: ${fault.kind} ${fault.target}${length}`);
      const injected = await inject(stage, fault, signal);
      const { brokeMs, target = fault.target, kind = fault.kind } = injected;
      return { fault: { ...fault, kind }, target, startedMs, brokeMs, endedMs: Date.now() };
    });
    chains.set(
      fault.target,
      run.catch(() => undefined),
    );
    run.catch(fail);
    seen.push(run);
  }
  return Promise.all(seen);
}
