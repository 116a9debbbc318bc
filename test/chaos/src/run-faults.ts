import { setTimeout as delay } from 'node:timers/promises';
import { inject } from './inject.js';
import type { Fault, ProcessName } from './schedule.js';
import type { Stage } from './stage.js';

/** A fault as it happened. */
export interface FaultSeen {
  readonly fault: Fault;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** When every process that it concerns answered ready again. */
  readonly readyMs: number | undefined;
}

const RECOVERY_LIMIT_MS = 60_000;
const POLL_MS = 100;

/**
 * Injects each fault at its time. Faults overlap; only those of one target wait for each other, since a Redis cannot be
 * killed while it is down. Recovery is watched and not waited for.
 * @throws the error of an injection: a Redis or Kafka that does not come up again.
 */
export async function runFaults(
  stage: Stage,
  faults: readonly Fault[],
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<FaultSeen[]> {
  const start = performance.now();
  const chains = new Map<string, Promise<void>>();
  const seen: Promise<FaultSeen>[] = [];
  for (const fault of faults) {
    await delay(Math.max(0, fault.atMs - (performance.now() - start)), undefined, { signal });
    const before = chains.get(fault.target) ?? Promise.resolve();
    const run = before.then(async () => {
      const atMs = Date.now();
      const length = fault.lengthMs > 0 ? ` (${fault.lengthMs} ms)` : '';
      report(`${((performance.now() - start) / 1000).toFixed(1)} s: ${fault.kind} ${fault.target}${length}`);
      await inject(stage, fault);
      return atMs;
    });
    chains.set(
      fault.target,
      run.then(
        () => undefined,
        () => undefined,
      ),
    );
    const watched = run.then(async (atMs) => ({ fault, atMs, readyMs: await ready(stage, fault, signal) }));
    watched.catch(() => undefined);
    seen.push(watched);
  }
  return Promise.all(seen);
}

async function ready(stage: Stage, { target }: Fault, signal: AbortSignal): Promise<number | undefined> {
  const concerned =
    target === 'redis' || target === 'kafka' ? [...stage.processes.keys()] : [target as ProcessName];
  const until = performance.now() + RECOVERY_LIMIT_MS;
  while (performance.now() < until && !signal.aborted) {
    const states = await Promise.all(
      concerned.map((name) =>
        stage.processes
          .get(name)
          ?.isReady()
          .catch(() => false),
      ),
    );
    if (states.every((state) => state === true)) return Date.now();
    await delay(POLL_MS);
  }
  return undefined;
}
