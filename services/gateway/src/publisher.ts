import type { Appended, Bus, BusProducer, OutgoingRecord } from '@tercet/bus';

/** Sends one record and resolves when it is acknowledged. */
export type SendOne = (record: OutgoingRecord) => Promise<Appended | undefined>;

/** An idempotent producer that is thrown away after a rejected send and replaced by the next one. */
export class Publisher implements AsyncDisposable {
  #producer: Promise<BusProducer> | undefined;

  constructor(private readonly bus: Pick<Bus, 'producer'>) {}

  readonly send: SendOne = async (record) => {
    this.#producer ??= this.bus.producer();
    const current = this.#producer;
    try {
      const [appended] = await (await current).send([record]);
      return appended;
    } catch (error) {
      // Another call may have replaced it already.
      if (this.#producer === current) this.#producer = undefined;
      await current.then((broken) => broken[Symbol.asyncDispose]()).catch(() => undefined);
      throw error;
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    const current = this.#producer;
    this.#producer = undefined;
    if (current) await (await current)[Symbol.asyncDispose]();
  }
}
