import { setTimeout as delay } from 'node:timers/promises';
import type { Bus, PartitionReader } from '@tercet/bus';
import { RawPart, TOPIC } from '@tercet/contracts';
import { freePort, type Reaper, ServiceProcess } from '@tercet/local';

const SERVICE = 'text-encoder';
const RAW = 'raw.text';
const READY_TIMEOUT_MS = 120_000;
// Each look asks the broker for the end of every partition; the time itself comes from the records.
const POLL_MS = 250;

export interface TextServiceOptions {
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
  readonly prefix: string;
  readonly contentDir: string;
  readonly reaper: Reaper;
}

/** The real text-encoder service as a process, fed and watched over real topics. */
export class TextService implements AsyncDisposable {
  #items = 0;

  private constructor(
    private readonly service: ServiceProcess,
    private readonly bus: Bus,
    private readonly reader: PartitionReader,
    private readonly partitions: number,
    /** From the start of the process to ready. */
    readonly readyS: number,
  ) {}

  static async start(bus: Bus, options: TextServiceOptions): Promise<TextService> {
    const { reaper, ...deployment } = options;
    await using admin = await bus.admin();
    const partitions = await admin.partitionCount(TOPIC.embeddings);
    const service = new ServiceProcess({
      service: SERVICE,
      deployment,
      healthPort: await freePort(),
      reaper,
      maxRestarts: 0,
      env: { TERCET_INTRA_OP_THREADS: '1' },
    });
    const startedAt = performance.now();
    service.start();
    await service.ready(READY_TIMEOUT_MS);
    const readyS = (performance.now() - startedAt) / 1000;
    return new TextService(service, bus, await bus.reader('bench'), partitions, readyS);
  }

  /** Seconds from before the first text is sent to `raw.text` until the last result is appended to `embeddings`. */
  async time(texts: readonly string[]): Promise<number> {
    const before = await this.#ends();
    const records = texts.map((text) => this.#rawRecord(text));
    await using producer = await this.bus.producer();
    const startedAtMs = Date.now();
    await producer.send(records);
    const wanted = sum(before) + BigInt(texts.length);
    while (sum(await this.#ends()) < wanted) await delay(POLL_MS);
    return (Number(await this.#lastAppend(before)) - startedAtMs) / 1000;
  }

  /** A gauge of the service's own `/metrics`; undefined where it has none of that name. */
  async gauge(name: string): Promise<number | undefined> {
    const line = (await this.service.metrics()).split('\n').find((each) => each.startsWith(name));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader[Symbol.asyncDispose]();
    await this.service.stop();
  }

  async #ends(): Promise<bigint[]> {
    const places = Array.from({ length: this.partitions }, (_, partition) => partition);
    return Promise.all(
      places.map(async (partition) => (await this.reader.bounds({ topic: TOPIC.embeddings, partition })).end),
    );
  }

  /** The broker's append time of the latest record since `from`; broker and bench share a clock. */
  async #lastAppend(from: readonly bigint[]): Promise<bigint> {
    let last = 0n;
    for (const [partition, offset] of from.entries())
      await this.reader.readToEnd({ topic: TOPIC.embeddings, partition }, offset, (records) => {
        for (const { timestampMs } of records) if (timestampMs > last) last = timestampMs;
      });
    return last;
  }

  #rawRecord(text: string) {
    this.#items += 1;
    const itemKey = `bench/item-${this.#items}`;
    const part = RawPart.create({
      itemKey,
      version: 1n,
      partId: 'text',
      modality: 'text',
      mediaType: 'text/plain',
      content: { sha256: '', sizeBytes: BigInt(Buffer.byteLength(text)), uri: '', inlineText: text },
    });
    return { topic: RAW, key: itemKey, value: RawPart.encode(part).finish() };
  }
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
