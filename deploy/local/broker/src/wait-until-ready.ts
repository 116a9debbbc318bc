import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '@tercet/kit';
import type { Child } from './child.js';

/** Polls until the process answers; ends it and throws where it dies first or takes longer than `timeoutMs`. */
export async function waitUntilReady(
  name: 'Kafka' | 'Redis',
  child: Child,
  isReady: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const code = name === 'Kafka' ? 'broker_unavailable' : 'redis_unavailable';
  const deadline = Date.now() + timeoutMs;
  while (!(await isReady())) {
    if (!child.isAlive())
      throw new UnavailableError(code, `${name} ended with ${await child.ended} at start: see its log file`);
    if (Date.now() > deadline) {
      await child.end('SIGKILL', 0);
      throw new UnavailableError(code, `${name} was not ready within ${timeoutMs} ms: see its log file`);
    }
    await delay(25);
  }
}
