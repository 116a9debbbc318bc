import { percentilesOf } from './percentiles.js';

/** A rate above the capacity leaves decisions behind that take longer than this. */
const LATEST_MS = 1_000;
/** What two halves of one steady trial may differ by. */
const SPREAD = 1.25;
const SPREAD_MS = 5;

/**
 * Whether a load was kept up with: of its latencies, in the order of the decisions, the second half is no slower than the
 * first. Where it is, a queue is growing, and a longer trial would only have shown more of it.
 */
export function keepsUp(latenciesMs: readonly number[]): boolean {
  const middle = Math.floor(latenciesMs.length / 2);
  const first = percentilesOf(latenciesMs.slice(0, middle));
  const second = percentilesOf(latenciesMs.slice(middle));
  return first.p95 <= LATEST_MS && second.p95 <= LATEST_MS && second.p50 <= first.p50 * SPREAD + SPREAD_MS;
}
