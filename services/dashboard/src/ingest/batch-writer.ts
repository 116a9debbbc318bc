import type { ReadChunk } from './write-batch.js';

/** Records of one transaction, about. */
const MAX_BATCH_CHANGES = 2_000;

interface Waiting {
  readonly chunk: ReadChunk;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Writes what came from many partitions together: a transaction takes what arrived while the one before it was under
 * way. Each partition has one chunk in flight, which bounds what waits.
 */
export class BatchWriter {
  readonly #write: (chunks: readonly ReadChunk[]) => Promise<void>;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(write: (chunks: readonly ReadChunk[]) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves once the chunk is committed; rejects with what its transaction failed of. */
  write(chunk: ReadChunk): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ chunk, resolve, reject });
    });
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
    return written;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const some = this.#take();
      try {
        await this.#write(some.map(({ chunk }) => chunk));
        for (const { resolve } of some) resolve();
      } catch (error) {
        for (const { reject } of some) reject(error as Error);
      }
    }
  }

  #take(): Waiting[] {
    let changes = 0;
    const end = this.#waiting.findIndex(({ chunk }, index) => {
      changes += chunk.changes.length;
      return index > 0 && changes > MAX_BATCH_CHANGES;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }
}
