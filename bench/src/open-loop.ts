import { setTimeout as delay } from 'node:timers/promises';

const TICK_MS = 2;

/**
 * Starts work at an even rate whatever becomes of what was started before, and answers each one's milliseconds from its
 * intended start to its end: a stall counts against everything that should have begun within it.
 */
export async function openLoop(
  load: { readonly perSecond: number; readonly seconds: number },
  work: (index: number) => Promise<unknown>,
): Promise<{ readonly latenciesMs: number[]; readonly failures: number }> {
  const total = Math.round(load.perSecond * load.seconds);
  const latenciesMs: number[] = [];
  const running: Promise<void>[] = [];
  let failures = 0;
  const startedAt = performance.now();
  for (let begun = 0; begun < total; ) {
    const due = Math.min(total, dueAt(performance.now() - startedAt, load.perSecond));
    for (; begun < due; begun += 1) {
      const intendedAt = startedAt + (begun * 1000) / load.perSecond;
      running.push(
        work(begun).then(
          () => void latenciesMs.push(performance.now() - intendedAt),
          () => {
            failures += 1;
          },
        ),
      );
    }
    await delay(TICK_MS);
  }
  await Promise.all(running);
  return { latenciesMs, failures };
}

/** How many should have begun after so many milliseconds; the first at once. */
export function dueAt(elapsedMs: number, perSecond: number): number {
  return Math.floor((elapsedMs * perSecond) / 1000) + 1;
}

/** Keeps `concurrency` pieces of work under way until the time is over. Answers how many ended, and in what time. */
export async function closedLoop(
  load: { readonly concurrency: number; readonly seconds: number },
  work: (index: number) => Promise<unknown>,
): Promise<{ readonly count: number; readonly seconds: number }> {
  const startedAt = performance.now();
  const until = startedAt + load.seconds * 1000;
  let count = 0;
  await Promise.all(
    Array.from({ length: load.concurrency }, async () => {
      while (performance.now() < until) {
        await work(count);
        count += 1;
      }
    }),
  );
  return { count, seconds: (performance.now() - startedAt) / 1000 };
}
