import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '@tercet/kit';

export interface WaitOptions {
  readonly timeoutMs: number;
  /** Default 100. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
  /** Said beside the condition when it did not come, for instance the last lines of a log. */
  readonly explain?: () => string;
}

/**
 * Polls a named condition until it holds and resolves with its value. A check that throws counts as not yet; the last
 * error is named at the end.
 * @throws UnavailableError `deadline` naming the condition.
 */
export async function waitFor<T>(
  what: string,
  check: () => T | Promise<T>,
  options: WaitOptions,
): Promise<NonNullable<Exclude<T, false>>> {
  const until = performance.now() + options.timeoutMs;
  let lastError: unknown;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const value = await check();
      if (value) return value as NonNullable<Exclude<T, false>>;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= until) throw notInTime(what, options, lastError);
    await delay(options.intervalMs ?? 100, undefined, options.signal ? { signal: options.signal } : {});
  }
}

function notInTime(what: string, options: WaitOptions, lastError: unknown): UnavailableError {
  const because = lastError === undefined ? '' : `; the last check said: ${String(lastError)}`;
  const more = options.explain ? `\n${options.explain()}` : '';
  return new UnavailableError('deadline', `not within ${options.timeoutMs} ms: ${what}${because}${more}`, {
    cause: lastError,
  });
}
