import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Bus, createBus } from '@tercet/bus';
import { MODALITIES, RawPart, TOPIC } from '@tercet/contracts';
import { residentBytes } from '@tercet/harness';
import { createContentStore, silentLogger } from '@tercet/kit';
import {
  busConfig,
  ensureTopics,
  freePort,
  SERVICES,
  ServiceProcess,
  startBrokers,
  startReaper,
} from '@tercet/local';
import { buildModels } from '@tercet/models';
import { describeMachine } from '../machine.js';
import { type BenchResult, type Effort, type Figure, figureOf } from '../result.js';
import { LOADS } from './load-parts.js';

/** Parts that saturate each encoder, by service. */
const COUNTS: Readonly<Record<Effort, Readonly<Record<string, number>>>> = {
  quick: { 'text-encoder': 600, 'image-encoder': 120, 'audio-encoder': 45, ocr: 40, transcriber: 12 },
  full: { 'text-encoder': 3000, 'image-encoder': 600, 'audio-encoder': 240, ocr: 200, transcriber: 60 },
};
const READS: Readonly<Record<string, string>> = {
  'text-encoder': 'text',
  'image-encoder': 'image',
  'audio-encoder': 'audio',
  ocr: 'image',
  transcriber: 'audio',
};
const PREFIX = 'bench.';
const READY_TIMEOUT_MS = 120_000;
const LOOK_MS = 250;
// The runtime's metric covers the time since it was last read; scrapers read it every few seconds.
const SCRAPE_MS = 5_000;
const MIB = 2 ** 20;

/**
 * Each service alone on warm brokers: seconds to ready. Each encoder saturated: resident memory of its main process and
 * all it starts, and the event loop's delay by its own metric, both at their worst moment.
 */
export async function benchFootprint(effort: Effort): Promise<BenchResult> {
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  await buildModels();
  const folder = await mkdtemp(join(tmpdir(), 'tercet-bench-'));
  const reaper = startReaper();
  const brokers = await startBrokers({ dataDir: folder, report });
  const figures: Record<string, Figure> = {};
  try {
    const { kafkaBrokers, redisUrl } = brokers;
    await ensureTopics(kafkaBrokers, PREFIX);
    await using bus = createBus(busConfig(kafkaBrokers, PREFIX), silentLogger());
    const contentDir = join(folder, 'content');
    const deployment = { kafkaBrokers, redisUrl, prefix: PREFIX, contentDir };
    // The dashboard wants a database and a login, and is measured by its own tests.
    for (const name of SERVICES.filter((one) => one !== 'dashboard')) {
      const service = new ServiceProcess({
        service: name,
        deployment,
        healthPort: await freePort(),
        reaper,
        maxRestarts: 0,
      });
      const startedAt = performance.now();
      service.start();
      try {
        await service.ready(READY_TIMEOUT_MS);
        figures[`${name}_ready`] = figureOf([(performance.now() - startedAt) / 1000], 's');
        const modality = MODALITIES.find((row) => row.name === READS[name]);
        if (modality)
          Object.assign(
            figures,
            await saturate(service, modality, COUNTS[effort][name] ?? 0, bus, contentDir),
          );
        report(
          `${name}: ${Object.keys(figures)
            .filter((key) => key.startsWith(name))
            .map(
              (key) => `${key.slice(name.length + 1)} ${figures[key]?.max.toFixed(1)} ${figures[key]?.unit}`,
            )
            .join(', ')}`,
        );
      } finally {
        await service.stop();
      }
    }
  } finally {
    await brokers.stop();
    await reaper.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return {
    suite: 'footprint',
    machine: describeMachine(),
    ratios: {},
    figures,
    notes: [
      'ready: from the start of the process, alone, on warm brokers and built models.',
      'memory: resident bytes of the main process and its descendants, sampled while saturated; shared pages count once per process.',
      'event_loop_p99: the main process’s own metric, sampled while saturated.',
    ],
  };
}

async function saturate(
  service: ServiceProcess,
  modality: (typeof MODALITIES)[number],
  count: number,
  bus: Bus,
  contentDir: string,
): Promise<Record<string, Figure>> {
  const parts = await (LOADS[service.name]?.(count) ?? []);
  const store = createContentStore(pathToFileURL(contentDir).href);
  const records = [];
  for (const [index, part] of parts.entries()) {
    const itemKey = `bench/${service.name}-${index}`;
    const raw = RawPart.create({
      itemKey,
      version: 1n,
      partId: 'part',
      modality: modality.name,
      mediaType: part.mediaType,
      // A deriver passes over a part that does not name it; the others do not look.
      derive: ['ocr', 'speech'],
      content: { sha256: await store.put(part.bytes), sizeBytes: BigInt(part.bytes.length), uri: '' },
    });
    records.push({ topic: modality.topic, key: itemKey, value: RawPart.encode(raw).finish() });
  }
  await using reader = await bus.reader('footprint');
  await using admin = await bus.admin();
  // A vector or a failure goes to one of these, what was read to the other.
  const text = MODALITIES.find(({ name }) => name === 'text')?.topic;
  const outputs = [TOPIC.embeddings, ...(text === undefined || text === modality.topic ? [] : [text])];
  const partitions = await Promise.all(
    outputs.map(async (topic) =>
      Array.from({ length: await admin.partitionCount(topic) }, (_, partition) => ({ topic, partition })),
    ),
  );
  const appended = async (): Promise<number> => {
    const bounds = await Promise.all(partitions.flat().map((one) => reader.bounds(one)));
    return Number(bounds.reduce((sum, { end }) => sum + end, 0n));
  };
  const target = (await appended()) + records.length;
  await using producer = await bus.producer();
  const memory: number[] = [];
  const delays: number[] = [];
  const startedAt = performance.now();
  await producer.send(records);
  await eventLoopP99(service);
  let scrapedAt = performance.now();
  while ((await appended()) < target) {
    memory.push(residentBytes(service.pid ?? 0) / MIB);
    if (performance.now() - scrapedAt >= SCRAPE_MS) {
      delays.push(await eventLoopP99(service));
      scrapedAt = performance.now();
    }
    await delay(LOOK_MS);
  }
  delays.push(await eventLoopP99(service));
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    [`${service.name}_parts`]: figureOf([records.length / seconds], 'parts/s'),
    [`${service.name}_memory`]: figureOf(memory, 'MiB'),
    [`${service.name}_event_loop_p99`]: figureOf(delays, 'ms'),
  };
}

/** Milliseconds, over the time since it was last asked for. */
async function eventLoopP99(service: ServiceProcess): Promise<number> {
  const line = (await service.metrics())
    .split('\n')
    .find((each) => each.startsWith('nodejs_eventloop_delay_p99'));
  return line === undefined ? Number.NaN : Number(line.slice(line.lastIndexOf(' '))) * 1000;
}
