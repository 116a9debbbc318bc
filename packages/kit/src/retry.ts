import { setTimeout as delay } from 'node:timers/promises';
import { asTercetError } from './errors.js';

export interface RetryOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  /** Attempts in all; absent: for ever, until the signal. */
  readonly attempts?: number;
  readonly signal?: AbortSignal;
  readonly onRetry?: (error: Error, attempt: number, waitMs: number) => void;
}

/**
 * Runs `work` until it resolves. Only Unavailable is retried, after an exponential backoff with equal jitter
 * (M. Brooker, "Exponential Backoff And Jitter", 2015); InvalidInput and Bug are rethrown at once.
 */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      const known = asTercetError(error);
      if (known.kind !== 'Unavailable' || attempt === options.attempts || options.signal?.aborted)
        throw known;
      const ceiling = Math.min(options.maxMs, options.initialMs * 2 ** (attempt - 1));
      const waitMs = Math.ceil(ceiling * (0.5 + Math.random() / 2));
      options.onRetry?.(known, attempt, waitMs);
      await delay(waitMs, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {
        throw known;
      });
    }
  }
}
