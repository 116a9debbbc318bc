import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createBus } from '@tercet/bus';
import { silentLogger } from '@tercet/kit';
import { busConfig, ensureTopics, REPOSITORY, startBrokers, startReaper } from '@tercet/local';
import { buildModels } from '@tercet/models';
import { describeMachine, load } from '../machine.js';
import { type BenchResult, type Effort, type Figure, figureOf } from '../result.js';
import { Samples } from '../samples.js';
import { benchTexts } from '../texts.js';
import { BareProcess } from './bare-process.js';
import { TextService } from './text-service.js';

const MODULE = pathToFileURL(`${REPOSITORY}/services/text-encoder/dist/modality.js`).href;
const EFFORTS = { quick: { texts: 400, rounds: 5 }, full: { texts: 2000, rounds: 9 } } as const;
const PREFIX = 'bench.';
const MIB = 2 ** 20;

/**
 * Text items a second from topic to topic through the real text-encoder service, over the bare loop with the same
 * model and texts, one inference thread on both sides. Rounds alternate between the two, each with texts of its own.
 */
export async function benchEncoder(effort: Effort): Promise<BenchResult> {
  const { texts: count, rounds } = EFFORTS[effort];
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  await buildModels({ only: ['text'] });
  const folder = await mkdtemp(join(tmpdir(), 'tercet-bench-'));
  const reaper = startReaper();
  const brokers = await startBrokers({ dataDir: folder, report });
  try {
    const { kafkaBrokers, redisUrl } = brokers;
    await ensureTopics(kafkaBrokers, PREFIX);
    await using bus = createBus(busConfig(kafkaBrokers, PREFIX), silentLogger());
    const options = { kafkaBrokers, redisUrl, prefix: PREFIX, contentDir: join(folder, 'content'), reaper };
    await using service = await TextService.start(bus, options);
    await using bare = await BareProcess.start(MODULE);
    report(`ready in ${service.readyS.toFixed(1)} s; ${rounds} rounds of ${count} texts`);
    const samples = new Samples();
    await bare.time(benchTexts(count / 4, 0));
    await service.time(benchTexts(count / 4, 0));
    for (let round = 1; round <= rounds; round += 1) {
      const texts = benchTexts(count, round);
      await timeRound(texts, service, bare, samples, round % 2 === 0);
      report(`round ${round}: ${samples.lastLine()}`);
    }
    return await resultOf(samples, service, count, rounds);
  } finally {
    await brokers.stop();
    await reaper.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Who goes first changes from round to round, so that a machine that slows down or speeds up favours neither. */
async function timeRound(
  texts: readonly string[],
  service: TextService,
  bare: BareProcess,
  samples: Samples,
  serviceFirst: boolean,
): Promise<void> {
  const first = serviceFirst ? await service.time(texts) : undefined;
  const { prepareS, runS, rows, tokens } = await bare.time(texts);
  const serviceS = first ?? (await service.time(texts));
  samples.add('service', texts.length / serviceS);
  samples.add('bare', texts.length / (prepareS + runS));
  samples.add('bare_run_only', texts.length / runS);
  samples.add('ratio', (prepareS + runS) / serviceS);
  samples.add('ratio_run_only', runS / serviceS);
  samples.add('rows', rows / texts.length);
  samples.add('tokens', tokens / texts.length);
  samples.add('load', load());
}

async function resultOf(
  samples: Samples,
  service: TextService,
  count: number,
  rounds: number,
): Promise<BenchResult> {
  const figure = (name: string, unit: string) => figureOf(samples.of(name), unit);
  const gauges: Record<string, Figure> = {};
  const gauge = async (name: string, metric: string, scale: number, unit: string): Promise<void> => {
    const value = await service.gauge(metric);
    if (value !== undefined) gauges[name] = figureOf([value * scale], unit);
  };
  await gauge('event_loop_delay_p99', 'nodejs_eventloop_delay_p99', 1000, 'ms');
  await gauge('memory_main', 'process_memory_usage', 1 / MIB, 'MiB');
  await gauge('memory_child', 'tercet_encoder_child_memory', 1 / MIB, 'MiB');
  return {
    suite: 'encoder',
    machine: describeMachine(),
    ratios: {
      text: figure('ratio', '').median,
      text_run_only: figure('ratio_run_only', '').median,
    },
    figures: {
      text_topic_to_topic: figure('service', 'items/s'),
      text_bare_loop: figure('bare', 'items/s'),
      text_bare_run_only: figure('bare_run_only', 'items/s'),
      text_ratio: figure('ratio', 'of bare'),
      text_windows: figure('rows', 'per item'),
      text_padded_tokens: figure('tokens', 'per item'),
      ready: figureOf([service.readyS], 's'),
      load: figure('load', 'processes'),
      ...gauges,
    },
    notes: [
      `${rounds} rounds of ${count} texts of 5 to 250 tokens, alternating; one inference thread on both sides.`,
      'text: the bare loop tokenises and runs. text_run_only: over its time inside ONNX Runtime alone.',
      'The service shares the cores with Kafka, with its own I/O and with the bench that feeds it.',
    ],
  };
}
