import { setTimeout as delay } from 'node:timers/promises';
import type { TopicPartition } from '@tercet/bus';
import { asTercetError, type TercetError } from '@tercet/kit';

export type Offsets = readonly (TopicPartition & { readonly offset: bigint })[];

export interface CommitterOptions {
  /** What to commit now; empty where nothing moved. */
  readonly due: () => Offsets;
  readonly commit: (offsets: Offsets) => Promise<void>;
  readonly onCommitted: (offsets: Offsets) => void;
  readonly onFailed: (error: TercetError) => void;
  readonly intervalMs: number;
}

/** Commits what is published: at most once an interval, never two at a time. A failed commit is made good by the next. */
export class Committer {
  #running: Promise<void> | undefined;
  #stopping = new AbortController();

  constructor(private readonly options: CommitterOptions) {}

  /** Something was finished. */
  poke(): void {
    this.#running ??= this.#run();
  }

  /** Commits the last of it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#commitOnce();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await delay(this.options.intervalMs, undefined, { signal: this.#stopping.signal }).catch(
        () => undefined,
      );
      if ((await this.#commitOnce()) === 0) break;
    }
    this.#running = undefined;
  }

  async #commitOnce(): Promise<number> {
    const offsets = this.options.due();
    if (offsets.length === 0) return 0;
    try {
      await this.options.commit(offsets);
      this.options.onCommitted(offsets);
    } catch (error) {
      const known = asTercetError(error);
      if (known.kind === 'InvalidInput') throw known;
      this.options.onFailed(known);
    }
    return offsets.length;
  }
}
