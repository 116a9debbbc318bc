import { waitFor as waitForCondition } from '@tercet/local';

const TIMEOUT_MS = 60_000;

/** Polls a named condition; the error names it. Two busy cores: the default limit is generous. */
export function waitFor<T>(
  what: string,
  check: () => T | Promise<T>,
  options: { timeoutMs?: number; intervalMs?: number; explain?: () => string } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  return waitForCondition(what, check, { timeoutMs: TIMEOUT_MS, ...options });
}
