/**
 * Maps what comes, as many at one time as weigh less than `limit` together and one more, and gives the results in the order
 * in which their sources came. The first failure ends it, once what is under way is over.
 */
export async function* inOrder<T, R>(
  source: AsyncIterable<T>,
  limit: number,
  map: (value: T) => Promise<R>,
  weightOf: (value: T) => number = () => 1,
): AsyncGenerator<R> {
  const open: { readonly result: Promise<R>; readonly weight: number }[] = [];
  let weight = 0;
  const oldest = async (): Promise<R> => {
    const [first] = open.splice(0, 1);
    weight -= first?.weight ?? 0;
    return (await first?.result) as R;
  };
  try {
    for await (const value of source) {
      const result = map(value);
      // A failure is met where its turn comes.
      result.catch(() => undefined);
      const own = weightOf(value);
      open.push({ result, weight: own });
      weight += own;
      while (weight >= limit) yield await oldest();
    }
    while (open.length > 0) yield await oldest();
  } finally {
    await Promise.allSettled(open.map(({ result }) => result));
  }
}
