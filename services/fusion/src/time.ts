import { setImmediate as nextTurn } from 'node:timers/promises';

/** Time and chance as the owner of a partition meets them. The simulation brings its own. */
export interface Time {
  /** This process's clock, milliseconds since the epoch. */
  nowMs(): number;
  /** A clock that never steps, for durations; milliseconds. */
  elapsedMs(): number;
  /** Calls back once after `delayMs`, unless the answer is called before. */
  after(delayMs: number, callback: () => void): () => void;
  /** Lets everything else that waits run first. */
  nextTurn(): Promise<void>;
  /** At least 0, below 1. */
  random(): number;
}

export const systemTime: Time = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  nextTurn: () => nextTurn(),
  random: () => Math.random(),
};

/** Resolves after `delayMs`, or as soon as the signal is aborted. */
export function pause(time: Time, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = time.after(delayMs, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
