/**
 * Does one work per item and gives the answers in order. Each work is begun before the one before it has ended, so that
 * the model has its next run when it ends one; no more are under way, so that inputs are made as they are needed.
 */
export async function* ahead<T, R>(items: Iterable<T>, work: (item: T) => Promise<R>): AsyncGenerator<R> {
  let underWay: Promise<R> | undefined;
  for (const item of items) {
    const begun = work(item);
    // Where the one before it fails, nobody waits for this one.
    begun.catch(() => undefined);
    if (underWay !== undefined) yield await underWay;
    underWay = begun;
  }
  if (underWay !== undefined) yield await underWay;
}
