/**
 * Maps what comes, at most `limit` at one time, and gives the results in the order in which their sources came. The first
 * failure ends it, once what is under way is over.
 */
export async function* inOrder<T, R>(
  source: AsyncIterable<T>,
  limit: number,
  map: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const open: Promise<R>[] = [];
  try {
    for await (const value of source) {
      const result = map(value);
      // A failure is met where its turn comes.
      result.catch(() => undefined);
      open.push(result);
      if (open.length >= limit) yield (await open.shift()) as R;
    }
    while (open.length > 0) yield (await open.shift()) as R;
  } finally {
    await Promise.allSettled(open);
  }
}
