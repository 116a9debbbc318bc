import {
  type Appended,
  type Bus,
  type BusProducer,
  type OutgoingRecord,
  withTraceHeaders,
} from '@tercet/bus';
import { UnavailableError } from '@tercet/kit';

/** Sends one record and resolves when it is acknowledged. */
export type SendOne = (record: OutgoingRecord) => Promise<Appended>;

/** Bounds of a {@link Publisher}. */
export interface PublisherLimits {
  /** Records that wait for their turn. */
  readonly maxQueued: number;
  /** For one send; its outcome is unknown to the caller afterwards, who may send again. */
  readonly sendTimeoutMs: number;
}

/** Below Kafka's default of 1 MiB for a batch; a record above it travels alone. */
const MAX_SEND_BYTES = 768 * 1024;

interface Queued {
  readonly record: OutgoingRecord;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Sends what came from many calls together: a send takes what arrived while the one before it was under way. The
 * producer is thrown away after a send that failed or took too long, and replaced by the next one.
 */
export class Publisher implements AsyncDisposable {
  #queue: Queued[] = [];
  #sending: Promise<void> | undefined;
  #producer: Promise<BusProducer> | undefined;

  constructor(
    private readonly bus: Pick<Bus, 'producer'>,
    private readonly limits: PublisherLimits,
  ) {}

  readonly send: SendOne = (given) => {
    if (this.#queue.length >= this.limits.maxQueued) {
      return Promise.reject(new UnavailableError('overloaded', 'too many records wait to be sent'));
    }
    // Here, in the call's own context: the send itself runs in that of whoever came first.
    const record = { ...given, headers: withTraceHeaders(given.headers) };
    const sent = new Promise<Appended>((resolve, reject) => this.#queue.push({ record, resolve, reject }));
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = undefined;
    });
    return sent;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending;
    await this.#dropProducer();
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const some = this.#take();
      try {
        const appended = await this.#sendInTime(some.map(({ record }) => record));
        for (const [index, { resolve, reject }] of some.entries()) {
          const one = appended[index];
          if (one) resolve(one);
          else reject(new UnavailableError('broker_unavailable', 'no acknowledgement'));
        }
      } catch (error) {
        this.#dropProducer();
        for (const { reject } of some) reject(error as Error);
      }
    }
  }

  #take(): Queued[] {
    let bytes = 0;
    const end = this.#queue.findIndex(({ record }, index) => {
      bytes += (record.value?.length ?? 0) + record.key.length;
      return index > 0 && bytes > MAX_SEND_BYTES;
    });
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end);
  }

  async #sendInTime(records: readonly OutgoingRecord[]): Promise<Appended[]> {
    const { sendTimeoutMs } = this.limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new UnavailableError('broker_unavailable', `no answer within ${sendTimeoutMs} ms`);
      timer = setTimeout(() => reject(error), sendTimeoutMs);
    });
    try {
      this.#producer ??= this.bus.producer();
      const sent = this.#producer.then((producer) => producer.send(records));
      return await Promise.race([sent, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One that is still being made is disposed once it is there; nobody waits for it. */
  #dropProducer(): Promise<void> {
    const dropped = this.#producer;
    this.#producer = undefined;
    if (!dropped) return Promise.resolve();
    return dropped.then((producer) => producer[Symbol.asyncDispose]()).catch(() => undefined);
  }
}
