import type { BusRecord, Chunk } from '@tercet/bus';
import type { Time } from './time.js';

/** Chunks that follow each other on the log, as one. */
export interface Delivery {
  readonly records: readonly BusRecord[];
  /** First offset behind them. */
  readonly nextOffset: bigint;
  readonly highWatermark: bigint;
  /** When the last of them came. */
  readonly receivedAtMs: number;
}

/** While more than this waits, the consumer does too. */
const MAX_WAITING_BYTES = 512 * 1024;

interface Waiting extends Delivery {
  readonly bytes: number;
  /** Lets the consumer go on. */
  readonly release: () => void;
}

/**
 * What reaches a partition's owner: chunks, which wait until it takes them all at once, and the latest idle round. The owner
 * takes one thing at a time, so everything of a partition is in series.
 */
export class Mailbox {
  #waiting: Waiting[] = [];
  #idleSinceMs: number | undefined;
  #wake: (() => void) | undefined;

  constructor(private readonly time: Time) {}

  /** Resolves when the consumer may go on with the next chunk. */
  deliver({ records, nextOffset, highWatermark }: Chunk): Promise<void> {
    return new Promise((release) => {
      const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
      const receivedAtMs = this.time.nowMs();
      this.#waiting.push({ records, nextOffset, highWatermark, receivedAtMs, bytes, release });
      if (this.#waiting.reduce((sum, one) => sum + one.bytes, 0) <= MAX_WAITING_BYTES) release();
      this.wake();
    });
  }

  /** A fetch round that began at `startedAtMs` of our clock brought nothing. */
  idle(startedAtMs: number): void {
    this.#idleSinceMs = startedAtMs;
    this.wake();
  }

  get hasDelivery(): boolean {
    return this.#waiting.length > 0;
  }

  get hasIdle(): boolean {
    return this.#idleSinceMs !== undefined;
  }

  get waitingRecords(): number {
    return this.#waiting.reduce((sum, { records }) => sum + records.length, 0);
  }

  /** All that waits, up to a gap between two chunks. */
  takeDelivery(): Delivery | undefined {
    const gap = this.#waiting.findIndex(({ records }, n) => {
      const before = this.#waiting[n - 1];
      return before && records[0] && records[0].offset !== before.nextOffset;
    });
    const taken = this.#waiting.splice(0, gap < 0 ? this.#waiting.length : gap);
    for (const { release } of taken) release();
    const last = taken.at(-1);
    return (
      last && { ...last, records: taken.length > 1 ? taken.flatMap((one) => one.records) : last.records }
    );
  }

  /** Whatever was found at the end of the log counts once all that came before is taken. */
  takeIdle(): number | undefined {
    const idle = this.#idleSinceMs;
    this.#idleSinceMs = undefined;
    return idle;
  }

  /** Drops what waits: the consumer is sent back to where the state is. */
  clear(): void {
    for (const { release } of this.#waiting.splice(0)) release();
    this.#idleSinceMs = undefined;
  }

  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Resolves when something comes or is woken, or after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    let cancel: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      cancel = this.time.after(timeoutMs, resolve);
    });
    cancel?.();
  }
}
