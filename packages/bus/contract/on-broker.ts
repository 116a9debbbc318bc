import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '@tercet/kit';
import { type KafkaServer, startKafka } from '@tercet/local-broker';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Bus, type BusConfig, type Chunk, type ConsumeOptions, createBus } from '../src/index.js';

/** What a test of the contract uses: buses on a real broker, each with names of its own. */
export interface OnBroker {
  /** The broker, where this file started it: absent where TERCET_KAFKA_BROKERS names one. */
  readonly server: KafkaServer | undefined;
  readonly brokers: string[];
  /** A prefix that no other test uses. */
  newPrefix(): string;
  bus(prefix: string, overrides?: Partial<BusConfig>): Bus;
}

/**
 * One broker for the file; buses are disposed after each test. `own`: never the one of TERCET_KAFKA_BROKERS; `settings`
 * are the broker's, and want `own`.
 */
export function onBroker({
  own = false,
  settings = {},
}: {
  own?: boolean;
  settings?: Record<string, boolean>;
} = {}): OnBroker {
  const given = own ? undefined : process.env['TERCET_KAFKA_BROKERS'];
  let folder: string | undefined;
  let server: KafkaServer | undefined;
  let buses: Bus[] = [];
  beforeAll(async () => {
    if (given) return;
    folder = await mkdtemp(join(tmpdir(), 'bus-contract-'));
    server = await startKafka({
      dataDir: join(folder, 'kafka'),
      logFile: join(folder, 'kafka.log'),
      settings,
    });
  });
  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus[Symbol.asyncDispose]()));
    buses = [];
  });
  afterAll(async () => {
    await server?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  const brokers = () => (given ? given.split(',') : (server?.brokers ?? []));
  return {
    get server() {
      return server;
    },
    get brokers() {
      return brokers();
    },
    newPrefix: () => `t${randomBytes(4).toString('hex')}.`,
    bus(prefix, overrides = {}) {
      const bus = createBus(
        {
          brokers: brokers(),
          clientId: 'contract',
          prefix,
          requestTimeoutMs: 10_000,
          connectionTimeoutMs: 2_000,
          watchdogMs: 60_000,
          ...overrides,
        },
        silentLogger(),
      );
      buses.push(bus);
      return bus;
    },
  };
}

export async function waitFor(
  what: string,
  check: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await delay(20);
  }
}

export function consumeOptions(
  groupId: string,
  topics: string[],
  onChunk: (chunk: Chunk) => Promise<void>,
): ConsumeOptions {
  return {
    groupId,
    topics,
    onChunk,
    sessionTimeoutMs: 6_000,
    maxBytesPerPartition: 1_048_576,
    maxWaitMs: 100,
  };
}

export async function createTopic(
  bus: Bus,
  name: string,
  partitions = 1,
  config: Record<string, string> = {},
): Promise<void> {
  await using admin = await bus.admin();
  await admin.ensureTopics([{ name, partitions, config }]);
}

/** Appends values to partition 0, one request each, so that they may be fetched apart. */
export async function append(bus: Bus, topic: string, values: string[], partition = 0): Promise<void> {
  await using producer = await bus.producer();
  for (const value of values)
    await producer.send([{ topic, partition, key: 'k', value: Buffer.from(value) }]);
}

export function texts(records: readonly { value: Uint8Array | undefined }[]): string[] {
  return records.map(({ value }) => Buffer.from(value ?? []).toString('utf8'));
}

/** A promise and its switch. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
