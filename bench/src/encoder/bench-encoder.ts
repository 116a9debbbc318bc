import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bus, createBus } from '@tercet/bus';
import { silentLogger } from '@tercet/kit';
import { busConfig, ensureTopics, REPOSITORY, startBrokers, startReaper } from '@tercet/local';
import { buildModels } from '@tercet/models';
import { clip, type LoadPart, picture } from '../footprint/load-parts.js';
import { describeMachine, load } from '../machine.js';
import { type BenchResult, type Effort, type Figure, figureOf } from '../result.js';
import { Samples } from '../samples.js';
import { benchTexts } from '../texts.js';
import { WorkerProcess } from '../worker/worker-process.js';
import type { BareRequest, BareTimes } from './bare-messages.js';
import { EncoderService, type EncoderServiceOptions } from './encoder-service.js';

interface Load {
  readonly modality: string;
  readonly count: Readonly<Record<Effort, number>>;
  make(count: number, round: number): Promise<LoadPart[]>;
}

const CLIP_SECONDS = [5, 10, 20] as const;
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

const LOADS: readonly Load[] = [
  {
    modality: 'text',
    count: { quick: 400, full: 2000 },
    make: async (count, round) =>
      benchTexts(count, round).map((text) => ({ mediaType: 'text/plain', bytes: Buffer.from(text) })),
  },
  {
    modality: 'image',
    count: { quick: 120, full: 400 },
    make: (count, round) => Promise.all(times(count, (n) => picture(round * count + n, true))),
  },
  {
    modality: 'audio',
    count: { quick: 30, full: 120 },
    make: async (count, round) => times(count, (n) => clip(round * count + n, CLIP_SECONDS)),
  },
];
const ROUNDS: Readonly<Record<Effort, number>> = { quick: 3, full: 9 };
const PREFIX = 'bench.';
const MIB = 2 ** 20;

/**
 * Items a second from topic to topic through each real encoder service, over the bare loop with the same models and
 * parts, decoding included, one inference thread on both sides. Rounds alternate between the two, each with parts of its own.
 */
export async function benchEncoder(effort: Effort): Promise<BenchResult> {
  await buildModels();
  const folder = await mkdtemp(join(tmpdir(), 'tercet-bench-'));
  const reaper = startReaper();
  const brokers = await startBrokers({ dataDir: folder, report: say });
  const ratios: Record<string, number> = {};
  const figures: Record<string, Figure> = {};
  try {
    const { kafkaBrokers, redisUrl } = brokers;
    await ensureTopics(kafkaBrokers, PREFIX);
    await using bus = createBus(busConfig(kafkaBrokers, PREFIX), silentLogger());
    const options = { kafkaBrokers, redisUrl, prefix: PREFIX, contentDir: join(folder, 'content'), reaper };
    for (const one of LOADS) await benchOne(one, effort, bus, options, ratios, figures);
  } finally {
    await brokers.stop();
    await reaper.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return {
    suite: 'encoder',
    machine: describeMachine(),
    ratios,
    figures,
    notes: [
      `${ROUNDS[effort]} rounds, alternating: texts of 5 to 250 tokens; JPEGs of .4 to 12 megapixels; Ogg clips of ${CLIP_SECONDS.join(', ')} s.`,
      'The bare loop decodes, prepares and runs, one after the other; _run_only: over its time inside ONNX Runtime alone.',
      'stage: mean milliseconds of a part by the service’s own histograms; wait and run are those of its whole batch.',
      'The service shares the cores with Kafka, with its own I/O and with the bench that feeds it.',
    ],
  };
}

async function benchOne(
  { modality, count, make }: Load,
  effort: Effort,
  bus: Bus,
  options: EncoderServiceOptions,
  ratios: Record<string, number>,
  figures: Record<string, Figure>,
): Promise<void> {
  const module = pathToFileURL(`${REPOSITORY}/services/${modality}-encoder/dist/modality.js`).href;
  await using service = await EncoderService.start(bus, modality, options);
  await using bare = await WorkerProcess.start<BareRequest, BareTimes>(
    new URL('./bare-main.js', import.meta.url),
    [module],
  );
  const samples = new Samples();
  const size = count[effort];
  const warmUp = await make(Math.ceil(size / 3), 0);
  await bare.ask({ parts: warmUp });
  await service.time(warmUp);
  for (let round = 1; round <= ROUNDS[effort]; round += 1) {
    const parts = await make(size, round);
    const first = round % 2 === 0 ? await service.time(parts) : undefined;
    const { prepareS, embedS, runS, rows } = await bare.ask({ parts });
    const { seconds, stages } = first ?? (await service.time(parts));
    samples.addAll({
      topic_to_topic: size / seconds,
      bare_loop: size / (prepareS + embedS),
      bare_prepare: (prepareS / size) * 1000,
      bare_run: (runS / size) * 1000,
      rows: rows / size,
      ratio: (prepareS + embedS) / seconds,
      ratio_run_only: runS / seconds,
      load: load(),
    });
    for (const [stage, ms] of Object.entries(stages)) samples.add(`stage_${stage}`, ms);
    say(`${modality}, round ${round}: ${samples.lastLine()}`);
  }
  ratios[modality] = samples.median('ratio');
  ratios[`${modality}_run_only`] = samples.median('ratio_run_only');
  for (const [name, unit] of Object.entries(UNITS))
    if (samples.of(name).length > 0) figures[`${modality}_${name}`] = samples.figure(name, unit);
  figures[`${modality}_ready`] = figureOf([service.readyS], 's');
  await addGauges(service, modality, figures);
}

const UNITS: Readonly<Record<string, string>> = {
  topic_to_topic: 'items/s',
  bare_loop: 'items/s',
  bare_prepare: 'ms/item',
  bare_run: 'ms/item',
  rows: 'per item',
  ratio: 'of bare',
  stage_fetch: 'ms',
  stage_prepare: 'ms',
  stage_wait: 'ms',
  stage_run: 'ms',
  stage_publish: 'ms',
  load: 'processes',
};

async function addGauges(
  service: EncoderService,
  modality: string,
  figures: Record<string, Figure>,
): Promise<void> {
  const gauges = [
    ['event_loop_delay_p99', 'nodejs_eventloop_delay_p99', 1000, 'ms'],
    ['memory_main', 'process_memory_usage', 1 / MIB, 'MiB'],
    ['memory_child', 'tercet_encoder_child_memory', 1 / MIB, 'MiB'],
  ] as const;
  for (const [name, metric, scale, unit] of gauges) {
    const value = await service.gauge(metric);
    if (value !== undefined) figures[`${modality}_${name}`] = figureOf([value * scale], unit);
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
