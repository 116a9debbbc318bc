import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Bus, PartitionReader } from '@tercet/bus';
import { MODALITIES, RawPart, TOPIC } from '@tercet/contracts';
import { createContentStore } from '@tercet/kit';
import { freePort, type Reaper, type ServiceName, ServiceProcess } from '@tercet/local';
import type { LoadPart } from '../footprint/load-parts.js';
import { meanStages } from './stage-times.js';

const READY_TIMEOUT_MS = 120_000;
// Each look asks the broker for the end of every partition; the time itself comes from the records.
const POLL_MS = 250;

export interface EncoderServiceOptions {
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
  readonly prefix: string;
  readonly contentDir: string;
  readonly reaper: Reaper;
}

/** A real encoder service as a process, fed and watched over real topics. */
export class EncoderService implements AsyncDisposable {
  #items = 0;

  private constructor(
    private readonly service: ServiceProcess,
    private readonly bus: Bus,
    private readonly reader: PartitionReader,
    private readonly partitions: number,
    private readonly modality: string,
    private readonly contentDir: string,
    /** From the start of the process to ready. */
    readonly readyS: number,
  ) {}

  static async start(bus: Bus, modality: string, options: EncoderServiceOptions): Promise<EncoderService> {
    const { reaper, ...deployment } = options;
    await using admin = await bus.admin();
    const partitions = await admin.partitionCount(TOPIC.embeddings);
    const service = new ServiceProcess({
      service: `${modality}-encoder` as ServiceName,
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
    return new EncoderService(
      service,
      bus,
      await bus.reader('bench'),
      partitions,
      modality,
      options.contentDir,
      readyS,
    );
  }

  /**
   * Seconds from before the first part is sent to its topic until the last result is appended to `embeddings`, and mean
   * milliseconds of each stage. Content that is not text lies in the store before.
   */
  async time(parts: readonly LoadPart[]): Promise<{ seconds: number; stages: Record<string, number> }> {
    const records = await Promise.all(parts.map((part) => this.#rawRecord(part)));
    const before = await this.#ends();
    const metrics = await this.service.metrics();
    await using producer = await this.bus.producer();
    const startedAtMs = Date.now();
    await producer.send(records);
    const wanted = sum(before) + BigInt(parts.length);
    while (sum(await this.#ends()) < wanted) await delay(POLL_MS);
    const seconds = (Number(await this.#lastAppend(before)) - startedAtMs) / 1000;
    return { seconds, stages: meanStages(metrics, await this.service.metrics()) };
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

  async #rawRecord({ mediaType, bytes }: LoadPart) {
    this.#items += 1;
    const itemKey = `bench/item-${this.#items}`;
    const isText = this.modality === 'text';
    const store = createContentStore(pathToFileURL(this.contentDir).href);
    const part = RawPart.create({
      itemKey,
      version: 1n,
      partId: 'part',
      modality: this.modality,
      mediaType,
      content: {
        sha256: isText ? '' : await store.put(bytes),
        sizeBytes: BigInt(bytes.length),
        uri: '',
        ...(isText && { inlineText: Buffer.from(bytes).toString() }),
      },
    });
    const topic = MODALITIES.find(({ name }) => name === this.modality)?.topic ?? '';
    return { topic, key: itemKey, value: RawPart.encode(part).finish() };
  }
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
