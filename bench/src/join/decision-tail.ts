import type { Bus } from '@tercet/bus';
import { type DecisionTimings, HEADER, TOPIC } from '@tercet/contracts';

/** A committed decision as a read_committed consumer saw it. */
export interface SeenDecision {
  readonly itemKey: string;
  readonly partition: number;
  readonly timings: DecisionTimings;
  /** Of the encoded decision. */
  readonly bytes: number;
  /** When it reached the consumer, which is after its commit. This machine's clock, which is the broker's too. */
  readonly seenAtMs: number;
}

/** Follows `decisions`, or a topic with the same headers, as downstream does: read_committed, from the present ends. */
export class DecisionTail implements AsyncDisposable {
  readonly seen: SeenDecision[] = [];
  readonly #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();

  /** Resolves when whatever is appended from now on will be seen. */
  static async follow(bus: Bus, topic: string = TOPIC.decisions): Promise<DecisionTail> {
    const tail = new DecisionTail();
    const reader = await bus.reader('bench-decisions');
    await new Promise<void>((resolve, reject) => {
      const onRecords: Parameters<typeof reader.tail>[1] = (records) => {
        const seenAtMs = Date.now();
        for (const { key, value, partition, headers } of records) {
          const timings = headers[HEADER.timings];
          if (value === undefined || timings === undefined) continue;
          tail.seen.push({
            itemKey: Buffer.from(key ?? '').toString(),
            partition,
            bytes: value.length,
            timings: JSON.parse(Buffer.from(timings).toString()) as DecisionTimings,
            seenAtMs,
          });
        }
      };
      tail.#following = reader.tail([topic], onRecords, tail.#stop.signal, resolve);
      tail.#following.catch(reject);
    });
    return tail;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }
}
