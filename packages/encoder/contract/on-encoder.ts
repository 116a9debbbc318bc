import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bus, createBus } from '@tercet/bus';
import { JoinRecord, RawPart, TOPIC, topicTable } from '@tercet/contracts';
import { startBrokers, uniquePrefix } from '@tercet/harness';
import { Readiness, silentLogger } from '@tercet/kit';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { loadDefinition, type RunningEncoder, readEncoderConfig, startEncoder } from '../src/index.js';

const MODULE = new URL('../fixtures/letters-modality.mjs', import.meta.url).href;
const COUNTS = { items: 1, raw: 4, join: 3 };

/** One deployment of a test: topics of its own, and encoders of the letters modality on them. */
export interface Deployment {
  readonly bus: Bus;
  start(env?: Readonly<Record<string, string>>): Promise<RunningEncoder & { readonly readiness: Readiness }>;
  /** Puts parts on `raw.text`, each of an item of its own; the part's text is its content. */
  produce(texts: readonly string[]): Promise<void>;
  produceBytes(key: string, value: Uint8Array | null): Promise<void>;
  /** All that is on `embeddings`, by item key, in the order of the log. */
  joined(): Promise<Map<string, JoinRecord[]>>;
  deadLetters(): Promise<string[]>;
  lag(): Promise<bigint>;
}

/** Brokers for the file; deployments end with their test. */
export function onEncoder(): { deploy(): Promise<Deployment> } {
  let brokers: Awaited<ReturnType<typeof startBrokers>>;
  let folder: string;
  let open: AsyncDisposable[] = [];
  beforeAll(async () => {
    brokers = await startBrokers();
    folder = await mkdtemp(join(tmpdir(), 'encoder-contract-'));
  });
  afterEach(async () => {
    for (const each of open.reverse()) await each[Symbol.asyncDispose]();
    open = [];
  });
  afterAll(async () => {
    await brokers?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    async deploy() {
      const prefix = uniquePrefix('encoder');
      const bus = createBus(
        {
          brokers: brokers.kafkaBrokers,
          clientId: 'encoder-contract',
          prefix,
          requestTimeoutMs: 30_000,
          connectionTimeoutMs: 5000,
          watchdogMs: 60_000,
        },
        silentLogger(),
      );
      open.push(bus);
      await using admin = await bus.admin();
      await admin.ensureTopics(topicTable(COUNTS));
      const env = {
        TERCET_KAFKA_BROKERS: brokers.kafkaBrokers.join(','),
        TERCET_TOPIC_PREFIX: prefix,
        TERCET_CONTENT_STORE: pathToFileURL(folder).href,
        TERCET_PREPARE_TIMEOUT_MS: '2000',
        TERCET_RUN_TIMEOUT_MS: '10000',
      };
      return createDeployment(bus, env, open);
    },
  };
}

function createDeployment(
  bus: Bus,
  env: Readonly<Record<string, string>>,
  open: AsyncDisposable[],
): Deployment {
  let produced = 0;
  const readAll = async (
    topic: string,
    partitions: number,
    onKey: (key: string, value: Uint8Array) => void,
  ) => {
    await using reader = await bus.reader('contract');
    for (let partition = 0; partition < partitions; partition += 1) {
      const { low } = await reader.bounds({ topic, partition });
      await reader.readToEnd({ topic, partition }, low, (records) => {
        for (const { key, value } of records)
          onKey(Buffer.from(key ?? []).toString('utf8'), value ?? new Uint8Array());
      });
    }
  };
  return {
    bus,
    async start(more = {}) {
      const definition = await loadDefinition(MODULE);
      const readiness = new Readiness();
      const service = {
        name: 'text-encoder',
        logger: silentLogger(),
        signal: new AbortController().signal,
        readiness,
      };
      const config = readEncoderConfig(MODULE, definition, { ...env, ...more });
      const encoder = await startEncoder(config, service);
      open.push(encoder);
      return Object.assign(encoder, { readiness });
    },
    async produce(texts) {
      await using producer = await bus.producer();
      await producer.send(
        texts.map((text) => {
          produced += 1;
          return rawRecord(`tenant/item-${produced}`, text);
        }),
      );
    },
    async produceBytes(key, value) {
      await using producer = await bus.producer();
      await producer.send([{ topic: 'raw.text', key, value }]);
    },
    async joined() {
      const found = new Map<string, JoinRecord[]>();
      await readAll(TOPIC.embeddings, COUNTS.join, (key, value) => {
        found.set(key, [...(found.get(key) ?? []), JoinRecord.decode(value)]);
      });
      return found;
    },
    async deadLetters() {
      const keys: string[] = [];
      await readAll(TOPIC.deadLetters, 1, (key) => keys.push(key));
      return keys;
    },
    async lag() {
      await using admin = await bus.admin();
      return await admin.lag('text-encoder', 'raw.text');
    },
  };
}

function rawRecord(itemKey: string, text: string) {
  const part = RawPart.create({
    itemKey,
    version: 1n,
    partId: 'body',
    modality: 'text',
    mediaType: 'text/plain',
    content: { sha256: '', sizeBytes: 0n, uri: '', inlineText: text },
  });
  return { topic: 'raw.text', key: itemKey, value: RawPart.encode(part).finish() };
}
