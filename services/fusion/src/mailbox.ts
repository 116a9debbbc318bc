import type { Chunk } from '@tercet/bus';
import type { Time } from './time.js';

/** A chunk that waits for the owner, and its handler's promise. */
export interface Delivery {
  readonly chunk: Chunk;
  readonly receivedAtMs: number;
  /** Lets the consumer go on with the next chunk. */
  readonly release: () => void;
}

/**
 * What reaches a partition's owner: at most one chunk, and the latest idle round. The owner takes one thing at a time,
 * so everything of a partition is in series.
 */
export class Mailbox {
  #delivery: Delivery | undefined;
  #idleSinceMs: number | undefined;
  #wake: (() => void) | undefined;

  constructor(private readonly time: Time) {}

  deliver(chunk: Chunk): Promise<void> {
    return new Promise((resolve) => {
      this.#delivery?.release();
      this.#delivery = { chunk, receivedAtMs: this.time.nowMs(), release: resolve };
      this.wake();
    });
  }

  /** A fetch round that began at `startedAtMs` of our clock brought nothing. */
  idle(startedAtMs: number): void {
    this.#idleSinceMs = startedAtMs;
    this.wake();
  }

  takeDelivery(): Delivery | undefined {
    const delivery = this.#delivery;
    this.#delivery = undefined;
    return delivery;
  }

  takeIdle(): number | undefined {
    const idle = this.#idleSinceMs;
    this.#idleSinceMs = undefined;
    return idle;
  }

  /** Drops what waits: the consumer will be sent back to where the state is. */
  clear(): void {
    this.takeDelivery()?.release();
    this.#idleSinceMs = undefined;
  }

  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Resolves when something came or was woken, or after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    if (this.#delivery || this.#idleSinceMs !== undefined) return;
    let cancel: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      cancel = this.time.after(timeoutMs, resolve);
    });
    cancel?.();
  }
}
