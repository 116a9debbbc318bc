/** Work did not end within its limit. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
  /** @param ended whether it ended by itself after its signal was aborted. */
  constructor(readonly ended: boolean) {
    super(ended ? 'ended after its limit' : 'did not end');
  }
}

/**
 * Waits for work at most `limitMs`. With a controller the work is then aborted and has as long again to end.
 * @throws TimeLimitError, or what the work rejects with in time.
 */
export async function within<T>(
  limitMs: number,
  controller: AbortController | undefined,
  work: Promise<T>,
): Promise<T> {
  if ((await firstOf(work, limitMs)) !== 'late') return work;
  if (!controller) throw new TimeLimitError(false);
  controller.abort();
  throw new TimeLimitError((await firstOf(work, limitMs)) !== 'late');
}

function firstOf(work: Promise<unknown>, limitMs: number): Promise<'settled' | 'late'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('late'), limitMs);
    const settled = (): void => {
      clearTimeout(timer);
      resolve('settled');
    };
    work.then(settled, settled);
  });
}
