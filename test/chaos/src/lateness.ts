import type { Completion } from './ledger.js';
import type { CommitSeen } from './transaction-watch.js';

/** From when to when a fault may explain a delay; milliseconds since the epoch. */
export interface FaultWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

export const LATE_MS = 1000;
/** Longer than this from its opening to its decision, and an item waited somewhere on its way. */
const SLOW_MS = 2000;
/** After its recovery a fault explains so much without looking. */
const SETTLE_MS = 2000;
/** And the slow items of its backlog as long as one follows the other, but no longer than this after its recovery. */
const BACKLOG_MS = 20_000;

export interface FaultTimes {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly recoveredMs: number | undefined;
}

/**
 * What faults may explain: from their beginning until work flowed again and what had waited meanwhile was done, wherever
 * it waited. A backlog is done when no slow item was opened inside the window any more.
 */
export function faultWindows(
  faults: readonly FaultTimes[],
  completions: readonly Completion[],
): FaultWindow[] {
  const slow = completions
    .filter(({ openedMs, decidedMs }) => decidedMs - openedMs > SLOW_MS)
    .sort((a, b) => a.openedMs - b.openedMs);
  return faults.map(({ startedMs, endedMs, recoveredMs }) => {
    const overMs = Math.max(endedMs, recoveredMs ?? Number.POSITIVE_INFINITY);
    let untilMs = overMs + SETTLE_MS;
    for (const { openedMs, decidedMs } of slow)
      if (openedMs >= startedMs && openedMs <= untilMs) untilMs = Math.max(untilMs, decidedMs);
    return { fromMs: startedMs, untilMs: Math.min(untilMs, overMs + BACKLOG_MS) };
  });
}

/** Whether a fault's window meets the time between two moments. */
export function isTouched(windows: readonly FaultWindow[], fromMs: number, untilMs: number): boolean {
  return windows.some((window) => untilMs >= window.fromMs && fromMs <= window.untilMs);
}

/** Complete items decided more than a second after their last part, with no fault to explain it. */
export function lateWithoutCause(
  completions: readonly Completion[],
  windows: readonly FaultWindow[],
): Completion[] {
  return completions.filter(
    ({ openedMs, lastPartMs, decidedMs }) =>
      decidedMs - lastPartMs > LATE_MS && !isTouched(windows, openedMs, decidedMs),
  );
}

/**
 * When each completion's transaction was acknowledged, in milliseconds since the epoch: the first commit of its
 * partition's transactional id that was asked for after its decision was sent. Undefined where none was seen.
 */
export function committedAt(
  completions: readonly Completion[],
  commits: readonly CommitSeen[],
): (number | undefined)[] {
  const byId = new Map<string, CommitSeen[]>();
  for (const commit of [...commits].sort((a, b) => a.askedMs - b.askedMs)) {
    const list = byId.get(commit.transactionalId);
    if (list) list.push(commit);
    else byId.set(commit.transactionalId, [commit]);
  }
  return completions.map(({ partition, decidedMs }) => {
    const list = byId.get(`fusion-${partition}`) ?? [];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.askedMs ?? 0) < decidedMs) low = middle + 1;
      else high = middle;
    }
    return list[low]?.acknowledgedMs;
  });
}
