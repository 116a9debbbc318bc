/** Runs at most `max` works at one time; the others wait in the order of their calls. */
export function createLimit(max: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // A place goes straight to who waits longest.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
