import type { Bus, BusProducer, OutgoingRecord } from '@tercet/bus';
import { type RetryOptions, retry, UnavailableError } from '@tercet/kit';

interface Waiting {
  readonly record: OutgoingRecord;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Below Kafka's default limit of 1 MiB for a batch, headers and keys counted. */
const MAX_SEND_BYTES = 768 * 1024;
const RECORD_OVERHEAD_BYTES = 512;

/**
 * Publishes records, several to a send: whatever came while the last send was under way. A rejected send is repeated
 * with another producer, so a record may stand in the log twice and is never lost.
 */
export class Publisher implements AsyncDisposable {
  #waiting: Waiting[] = [];
  #sending = false;
  #producer: Promise<BusProducer> | undefined;

  constructor(
    private readonly bus: Pick<Bus, 'producer'>,
    private readonly backoff: RetryOptions & { readonly signal: AbortSignal },
  ) {
    // A send waits for its broker for as long as it takes; only throwing its producer away ends it.
    backoff.signal.addEventListener('abort', () => void this.#discard(this.#producer), { once: true });
  }

  /** Resolves when all in-sync replicas have the record. Rejects with Unavailable once the signal is aborted. */
  publish(record: OutgoingRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      if (!this.#sending) void this.#sendAll();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(new UnavailableError('deadline', 'stopping'));
    await this.#discard(this.#producer);
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    // What comes in the same turn of the event loop goes out together.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const some = this.#waiting.splice(0, countWithin(this.#waiting, MAX_SEND_BYTES));
      try {
        await retry(() => this.#sendOnce(some.map(({ record }) => record)), this.backoff);
        for (const { resolve } of some) resolve();
      } catch (error) {
        for (const { reject } of some) reject(error as Error);
      }
    }
    this.#sending = false;
  }

  async #sendOnce(records: readonly OutgoingRecord[]): Promise<void> {
    this.#producer ??= this.bus.producer();
    const current = this.#producer;
    try {
      await (await current).send(records);
    } catch (error) {
      await this.#discard(current);
      throw error;
    }
  }

  async #discard(producer: Promise<BusProducer> | undefined): Promise<void> {
    if (this.#producer === producer) this.#producer = undefined;
    // Of a producer that failed nothing is left to be said.
    await producer?.then((each) => each[Symbol.asyncDispose]()).catch(() => undefined);
  }
}

/** How many of the first records stay below a size together; at least one. */
function countWithin(waiting: readonly Waiting[], maxBytes: number): number {
  let bytes = 0;
  for (const [index, { record }] of waiting.entries()) {
    bytes += (record.value?.length ?? 0) + RECORD_OVERHEAD_BYTES;
    if (bytes > maxBytes) return Math.max(1, index);
  }
  return waiting.length;
}
