import { setTimeout as delay } from 'node:timers/promises';
import { asTercetError } from '@tercet/kit';
import type { Chunk } from './port.js';

export interface LaneOptions {
  readonly onChunk: (chunk: Chunk) => Promise<void>;
  /** The number of waiting chunks fell, or the lane went idle. */
  readonly onProgress: () => void;
  /** A rejection that no redelivery mends. */
  readonly onFailure: (error: Error) => void;
  /** Unavailable, before the chunk is delivered again. */
  readonly onRetry: (error: Error, attempt: number, waitMs: number) => void;
  readonly retryInitialMs: number;
  readonly retryMaxMs: number;
  /** Settles when the lane that had the partition before has ended its chunk. */
  readonly after: Promise<void>;
}

/**
 * One partition under one generation: its chunks in order, one in flight. A chunk whose handler rejects with
 * Unavailable is delivered again after a backoff; any other rejection is a bug and ends the consumer.
 */
export class Lane {
  private readonly closing = new AbortController();
  private waiting: Chunk[] = [];
  private inFlight: Chunk | undefined;
  private paused = true;
  private draining: Promise<void> | undefined;

  constructor(private readonly options: LaneOptions) {}

  /** Aborted when the partition is given up. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  get backlog(): number {
    return this.waiting.length + (this.inFlight === undefined ? 0 : 1);
  }

  /** Settles once no chunk is in flight; waits for nothing where none is. */
  get settled(): Promise<void> {
    return this.draining ?? this.options.after;
  }

  push(chunk: Chunk): void {
    if (this.signal.aborted) return;
    this.waiting.push(chunk);
    this.wake();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.wake();
  }

  /** Forgets what waits; a chunk in flight ends, but is not delivered again. */
  clear(): void {
    this.waiting = [];
    this.inFlight = undefined;
  }

  close(): void {
    this.closing.abort();
    this.clear();
  }

  private wake(): void {
    if (this.draining !== undefined || this.paused || this.waiting.length === 0) return;
    this.draining = this.drain().finally(() => {
      this.draining = undefined;
      this.options.onProgress();
      this.wake();
    });
  }

  private async drain(): Promise<void> {
    await this.options.after;
    while (!this.paused && !this.signal.aborted) {
      const chunk = this.waiting.shift();
      if (chunk === undefined) return;
      this.inFlight = chunk;
      await this.deliver(chunk);
      if (this.inFlight === chunk) this.inFlight = undefined;
      this.options.onProgress();
    }
  }

  private async deliver(chunk: Chunk): Promise<void> {
    for (let attempt = 1; this.inFlight === chunk && !this.signal.aborted; attempt += 1) {
      try {
        return await this.options.onChunk(chunk);
      } catch (error) {
        if (this.signal.aborted || this.inFlight !== chunk) return;
        const known = asTercetError(error);
        if (known.kind !== 'Unavailable') {
          this.options.onFailure(known);
          return;
        }
        const waitMs = Math.min(this.options.retryMaxMs, this.options.retryInitialMs * 2 ** (attempt - 1));
        this.options.onRetry(known, attempt, waitMs);
        // Ends early when the lane closes; the loop looks.
        await delay(waitMs, undefined, { signal: this.signal }).catch(() => undefined);
      }
    }
  }
}
