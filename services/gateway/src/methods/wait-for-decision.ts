import { setTimeout as delay } from 'node:timers/promises';
import type { Decision, WaitForDecisionRequest, WaitForDecisionResponse } from '@tercet/contracts';
import { InvalidInputError, UnavailableError } from '@tercet/kit';
import { type LookUp, requestedKey } from '../lookup.js';
import type { Method } from '../unary.js';
import { satisfies, type Waiters } from '../waiters.js';

const FIRST_RECHECK_MS = 250;
const MAX_RECHECK_MS = 2000;

/**
 * Answers when the item version is decided. The wait is registered before the look-up, so that a decision between the
 * two is seen by the tail. Look-ups are repeated while waiting: a decision may have passed the tail just before the
 * wait was registered, and reach the join's state just after the look-up.
 */
export function waitForDecision(
  lookUp: LookUp,
  waiters: Waiters,
  maxWaitMs: number,
): Method<WaitForDecisionRequest, WaitForDecisionResponse> {
  return async (request, call) => {
    const key = requestedKey(request);
    const { version, revision } = request;
    if (version < 0n || revision < 0) throw new InvalidInputError('bad_version');
    const wanted = { version, revision };
    const wait = waiters.add(key, wanted);
    const stopped = new AbortController();
    const onCancel = () => stopped.abort();
    call.signal.addEventListener('abort', onCancel);
    try {
      const untilMs = Math.min(call.deadlineMs, Date.now() + maxWaitMs);
      const seen = lookUntil(
        async () => {
          const { decision } = await lookUp(key);
          return decision && satisfies(decision, wanted) ? decision : undefined;
        },
        untilMs,
        stopped.signal,
      );
      return { decision: await Promise.race([wait.decision, seen]) };
    } finally {
      wait.stop();
      stopped.abort();
      call.signal.removeEventListener('abort', onCancel);
    }
  };
}

/** Looks again and again, further and further apart, until there is a decision or no time. */
async function lookUntil(
  look: () => Promise<Decision | undefined>,
  untilMs: number,
  signal: AbortSignal,
): Promise<Decision> {
  for (let waitMs = FIRST_RECHECK_MS; ; waitMs = Math.min(waitMs * 2, MAX_RECHECK_MS)) {
    const found = await look();
    if (found) return found;
    const leftMs = untilMs - Date.now();
    if (leftMs <= 0 || signal.aborted) throw new UnavailableError('deadline', 'not decided yet');
    await delay(Math.min(waitMs, leftMs), undefined, { signal }).catch(() => undefined);
  }
}
