import type { ContentStore } from '@tercet/kit';

/** Stores contents, a bounded number at once; `progress` is awaited after each round. */
export async function storeContents(
  contents: readonly Uint8Array[],
  store: Pick<ContentStore, 'put'>,
  maxConcurrent: number,
  signal: AbortSignal,
  progress: () => Promise<void>,
): Promise<void> {
  for (let i = 0; i < contents.length; i += maxConcurrent) {
    await Promise.all(contents.slice(i, i + maxConcurrent).map((bytes) => store.put(bytes, signal)));
    await progress();
  }
}
