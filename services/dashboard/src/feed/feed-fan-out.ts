import type { DecisionSummary } from '../api/decisions.js';
import type { EventStream } from '../http/event-stream.js';
import { type FeedFilter, matches, type Tenants } from './feed-filter.js';

export interface FanOutLimits {
  /** Rows that wait for a slow client; beyond them it is told that it is behind. */
  readonly maxWaiting: number;
  /** Rows of one event. */
  readonly maxBatch: number;
  /** What comes within this time goes out together. */
  readonly coalesceMs: number;
}

export const FAN_OUT_LIMITS: FanOutLimits = { maxWaiting: 2_000, maxBatch: 200, coalesceMs: 100 };

interface Client {
  readonly stream: EventStream;
  readonly filter: FeedFilter;
  readonly tenants: Tenants;
  waiting: DecisionSummary[];
  skipped: number;
  /** Seq of the newest row that was looked at for this client. */
  seen: number;
}

/**
 * Hands the feed's rows to the clients of this process. Each has its filter and a bounded queue: rows go out in
 * batches, a client whose connection is full is waited for, and one that falls too far behind loses what waits and is
 * told how much, so that it reloads its page.
 */
export class FeedFanOut {
  readonly #clients = new Set<Client>();
  readonly #limits: FanOutLimits;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: FanOutLimits = FAN_OUT_LIMITS) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#clients.size;
  }

  /** `missed`: rows after the client's last one, oldest first; the client goes on behind `seen`. */
  add(
    stream: EventStream,
    filter: FeedFilter,
    tenants: Tenants,
    missed: readonly DecisionSummary[],
    seen: number,
  ): void {
    const client: Client = { stream, filter, tenants, waiting: [], skipped: 0, seen: 0 };
    this.#clients.add(client);
    stream.onDrain(() => this.#flush(client));
    stream.onClose(() => this.#clients.delete(client));
    this.#offer(client, missed);
    client.seen = Math.max(client.seen, seen);
    this.#flush(client);
  }

  publish(rows: readonly DecisionSummary[]): void {
    for (const client of this.#clients) this.#offer(client, rows);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const client of this.#clients) this.#flush(client);
    }, this.#limits.coalesceMs);
  }

  /** Tells every client that the connection lives. */
  beat(): void {
    for (const { stream } of this.#clients) if (!stream.isFull) stream.send('heartbeat', {});
  }

  closeAll(): void {
    clearTimeout(this.#timer);
    for (const { stream } of this.#clients) stream.close();
    this.#clients.clear();
  }

  #offer(client: Client, rows: readonly DecisionSummary[]): void {
    for (const row of rows) {
      // A row that came with what was missed may be published a moment later too.
      if (row.seq <= client.seen) continue;
      client.seen = row.seq;
      if (matches(client.filter, client.tenants, row)) client.waiting.push(row);
    }
    if (client.waiting.length > this.#limits.maxWaiting) {
      client.skipped += client.waiting.length;
      client.waiting = [];
    }
  }

  #flush(client: Client): void {
    if (client.stream.isFull) return;
    if (client.skipped > 0) {
      client.stream.send('behind', { skipped: client.skipped }, client.seen);
      client.skipped = 0;
    }
    while (client.waiting.length > 0 && !client.stream.isFull) {
      const batch = client.waiting.splice(0, this.#limits.maxBatch);
      client.stream.send('decision', batch, batch.at(-1)?.seq);
    }
  }
}
