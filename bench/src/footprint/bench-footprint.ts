import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Bus, createBus, type OutgoingRecord } from '@tercet/bus';
import { MODALITIES, RawPart, TOPIC } from '@tercet/contracts';
import { loginToDashboard, residentBytes, startPostgres } from '@tercet/harness';
import { createContentStore, silentLogger } from '@tercet/kit';
import {
  busConfig,
  ensureTopics,
  freePort,
  REPOSITORY,
  SERVICES,
  type ServiceName,
  ServiceProcess,
  startBrokers,
  startReaper,
} from '@tercet/local';
import { buildModels } from '@tercet/models';
import { describeMachine } from '../machine.js';
import { type BenchResult, type Effort, type Figure, figureOf } from '../result.js';
import { loadDashboard } from './load-dashboard.js';
import { LOADS } from './load-parts.js';
import { loadFusion, loadGateway, loadIntake } from './load-pipeline.js';

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
const LOADS_OF_SERVICES = {
  quick: { items: 1_500, decided: 20_000, calls: 30_000, decisions: 40_000 },
  full: { items: 10_000, decided: 100_000, calls: 150_000, decisions: 100_000 },
} as const;
/** Topics of one name are shared: the gateway looks up what fusion decided. What intake writes nobody else is to read. */
const prefixOf = (name: ServiceName): string =>
  name === 'intake' || name === 'dashboard' ? `bench.${name}.` : 'bench.';
const READY_TIMEOUT_MS = 120_000;
const LOOK_MS = 250;
// The runtime's metric covers the time since it was last read; scrapers read it every few seconds.
const SCRAPE_MS = 5_000;
const MIB = 2 ** 20;

/**
 * Each service alone on warm brokers: seconds to ready; then saturated: resident memory of its main process and
 * all it starts, and the event loop's delay by its own metric, both at their worst moment.
 */
export async function benchFootprint(
  effort: Effort,
  services: readonly ServiceName[] = SERVICES,
): Promise<BenchResult> {
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  await buildModels();
  const folder = await mkdtemp(join(tmpdir(), 'tercet-bench-'));
  const reaper = startReaper();
  const brokers = await startBrokers({ dataDir: folder, report });
  const figures: Record<string, Figure> = {};
  try {
    const { kafkaBrokers, redisUrl } = brokers;
    const contentDir = join(folder, 'content');
    await using postgres = await startPostgres();
    const [dashboardPort, grpcPort] = [await freePort(), await freePort()];
    const settings: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>> = {
      gateway: { TERCET_GRPC_PORT: String(grpcPort) },
      dashboard: {
        DATABASE_URL: postgres.createDatabase('footprint'),
        TERCET_DASHBOARD_LOGIN: 'local',
        TERCET_DASHBOARD_PORT: String(dashboardPort),
      },
    };
    for (const name of services) {
      const prefix = prefixOf(name);
      await ensureTopics(kafkaBrokers, prefix);
      await using bus = createBus(busConfig(kafkaBrokers, prefix), silentLogger());
      const service = new ServiceProcess({
        service: name,
        deployment: { kafkaBrokers, redisUrl, prefix, contentDir },
        healthPort: await freePort(),
        reaper,
        maxRestarts: 0,
        env: settings[name] ?? {},
      });
      const startedAt = performance.now();
      service.start();
      try {
        await service.ready(READY_TIMEOUT_MS);
        figures[`${name}_ready`] = figureOf([(performance.now() - startedAt) / 1000], 's');
        const place = { service, bus, contentDir, effort, dashboardPort, grpcPort };
        Object.assign(figures, await saturated(place));
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
      'intake: items of a text and an inline picture. fusion: items of two vectors. gateway: look-ups, 32 under way.',
      'dashboard: decisions taken in as fast as it can, 20 open streams, 4 pages asked for at a time, and words of a post weighed again and again; on PostgreSQL, which is not counted.',
      'event_loop_p99: the main process’s own metric, sampled while saturated.',
    ],
  };
}

interface Place {
  readonly service: ServiceProcess;
  readonly bus: Bus;
  readonly contentDir: string;
  readonly effort: Effort;
  readonly dashboardPort: number;
  readonly grpcPort: number;
}

/** Gives a service as much as it takes of what it is for. */
async function saturated(place: Place): Promise<Record<string, Figure>> {
  const { service, bus, contentDir, effort } = place;
  const { items, decided, calls, decisions } = LOADS_OF_SERVICES[effort];
  switch (service.name) {
    case 'intake':
      return watched(service, loadIntake(bus, items), 'items/s');
    case 'fusion':
      return watched(service, loadFusion(bus, decided), 'items/s');
    case 'gateway':
      return watched(service, loadGateway(`127.0.0.1:${place.grpcPort}`, decided, calls), 'calls/s');
    case 'dashboard': {
      const address = `http://127.0.0.1:${place.dashboardPort}`;
      const lead = await loginToDashboard(address, { name: 'bench', role: 'lead' });
      const contentStore = pathToFileURL(contentDir).href;
      const headsDir = `${REPOSITORY}/models/heads`;
      const work = loadDashboard({ bus, lead, decisions, contentStore, headsDir });
      return watched(service, work, 'decisions/s');
    }
    default: {
      const modality = MODALITIES.find((row) => row.name === READS[service.name]);
      if (!modality) throw new Error(`nothing saturates ${service.name}`);
      return saturateEncoder(service, modality, COUNTS[effort][service.name] ?? 0, bus, contentDir);
    }
  }
}

async function saturateEncoder(
  service: ServiceProcess,
  modality: (typeof MODALITIES)[number],
  count: number,
  bus: Bus,
  contentDir: string,
): Promise<Record<string, Figure>> {
  const parts = await (LOADS[service.name]?.(count) ?? []);
  const store = createContentStore(pathToFileURL(contentDir).href);
  const records: OutgoingRecord[] = [];
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
  const work = async (): Promise<number> => {
    const startedAt = performance.now();
    await producer.send(records);
    while ((await appended()) < target) await delay(LOOK_MS);
    return records.length / ((performance.now() - startedAt) / 1000);
  };
  // Awaited, so that reader and producer last as long as the work.
  return await watched(service, work(), 'parts/s');
}

/** Memory and the event loop's delay while a service works, and the rate that the work answers. */
async function watched(
  service: ServiceProcess,
  work: Promise<number>,
  unit: string,
): Promise<Record<string, Figure>> {
  let done = false;
  const working = work.finally(() => {
    done = true;
  });
  // Awaited below; what breaks meanwhile is told there.
  working.catch(() => undefined);
  const memory: number[] = [];
  const delays: number[] = [];
  await eventLoopP99(service);
  let scrapedAt = performance.now();
  while (!done) {
    memory.push(residentBytes(service.pid ?? 0) / MIB);
    if (performance.now() - scrapedAt >= SCRAPE_MS) {
      delays.push(await eventLoopP99(service));
      scrapedAt = performance.now();
    }
    await delay(LOOK_MS);
  }
  const rate = await working;
  delays.push(await eventLoopP99(service));
  return {
    [`${service.name}_rate`]: figureOf([rate], unit),
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
