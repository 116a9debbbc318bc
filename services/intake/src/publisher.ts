import type { Appended, Bus, BusProducer, OutgoingRecord } from '@tercet/bus';

/** Below Kafka's default of 1 MiB for a batch, headers and keys counted. */
const MAX_SEND_BYTES = 768 * 1024;
const RECORD_OVERHEAD_BYTES = 512;

/** Cuts records into sends that stay below a size; a record above it travels alone. Order is kept. */
export function sendsOf(
  records: readonly OutgoingRecord[],
  maxBytes: number = MAX_SEND_BYTES,
): OutgoingRecord[][] {
  const sends: OutgoingRecord[][] = [];
  let size = 0;
  for (const record of records) {
    const bytes = (record.value?.length ?? 0) + RECORD_OVERHEAD_BYTES;
    const last = sends.at(-1);
    if (last && size + bytes <= maxBytes) {
      last.push(record);
      size += bytes;
    } else {
      sends.push([record]);
      size = bytes;
    }
  }
  return sends;
}

/** An idempotent producer that is thrown away after a rejected send and replaced by the next one. */
export class Publisher implements AsyncDisposable {
  #producer: Promise<BusProducer> | undefined;

  constructor(private readonly bus: Pick<Bus, 'producer'>) {}

  /** Sends in order and resolves when all is acknowledged; `progress` is awaited after each send. */
  async send(records: readonly OutgoingRecord[], progress: () => Promise<void>): Promise<Appended[]> {
    const appended: Appended[] = [];
    for (const some of sendsOf(records)) {
      appended.push(...(await this.#sendOnce(some)));
      await progress();
    }
    return appended;
  }

  async #sendOnce(records: readonly OutgoingRecord[]): Promise<Appended[]> {
    this.#producer ??= this.bus.producer();
    const current = this.#producer;
    try {
      return await (await current).send(records);
    } catch (error) {
      // Another partition's chunk may have replaced it already.
      if (this.#producer === current) this.#producer = undefined;
      await current.then((broken) => broken[Symbol.asyncDispose]()).catch(() => undefined);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const current = this.#producer;
    this.#producer = undefined;
    if (current) await (await current)[Symbol.asyncDispose]();
  }
}
