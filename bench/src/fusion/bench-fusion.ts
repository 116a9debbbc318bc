import { DEFAULT_PARTITIONS, TOPIC } from '@tercet/contracts';
import { DecisionTail } from '../join/decision-tail.js';
import { JoinItems } from '../join/join-items.js';
import { type JoinStage, startJoinStage } from '../join/join-stage.js';
import { describeMachine, load } from '../machine.js';
import type { BenchResult, Effort } from '../result.js';
import { Samples } from '../samples.js';
import { WorkerProcess } from '../worker/worker-process.js';
import { backlogRecords, endsOf, PARTS, type Stretch, sendAll } from './backlog.js';
import { BARE_TOPIC, type BareAnswer, type BareRequest } from './bare-sum.js';
import { type Contender, drain, hold } from './contender.js';

const EFFORTS: Readonly<Record<Effort, { readonly items: number; readonly rounds: number }>> = {
  quick: { items: 4_000, rounds: 3 },
  full: { items: 6_000, rounds: 7 },
};
/** The compiler of JavaScript is done with the hot path after about so many. */
const WARM_UP_ITEMS = [3_000, 5_000] as const;
/** Long enough for a process that is held while others have their turn. */
const SESSION_TIMEOUT_MS = 180_000;
const WINDOW_MS = 3_600_000;

/**
 * A backlog of part embeddings that is on the log before anybody begins. One fusion process decides all of it; the bare
 * sum reads the same records, stores them and produces as many. In turns.
 */
export async function benchFusion(effort: Effort): Promise<BenchResult> {
  const { items: count, rounds } = EFFORTS[effort];
  await using stage = await startJoinStage();
  await addTopics(stage);
  const items = await JoinItems.load();
  await using tail = await DecisionTail.follow(stage.bus);
  await using producer = await stage.bus.producer();
  const service = await stage.startFusion('fusion', {
    TERCET_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
  });
  const fusion: Contender = {
    name: 'fusion',
    pid: service.pid as number,
    tail,
    explain: () => service.explain(),
  };
  await using bare = await WorkerProcess.start<BareRequest, BareAnswer>(
    new URL('./bare-sum-main.js', import.meta.url),
    [...stage.kafka.brokers, stage.prefix, stage.redis.url],
  );
  const beside = { kafka: stage.kafka.pid, redis: stage.redis.pid };
  const samples = new Samples();

  const round = async (name: string, size: number, into: Samples, fusionFirst: boolean): Promise<void> => {
    hold(fusion);
    const from = await endsOf(stage.bus);
    await sendAll(producer, backlogRecords(items, { name, count: size, windowMs: WINDOW_MS }));
    const stretch = { from, end: await endsOf(stage.bus) };
    const early = fusionFirst ? undefined : await bare.ask(bareRequest(stretch, size));
    const drained = await drain(fusion, size, beside);
    const sum = early ?? (await bare.ask(bareRequest(stretch, size)));
    const parts = size * PARTS.length;
    const bareS = sum.consumeS + sum.redisS + sum.produceS;
    const cpuOf = (who: string): number => drained.cpu[who] ?? Number.NaN;
    into.addAll({
      parts_per_s: parts / drained.seconds,
      parts_per_cpu_s: parts / cpuOf('fusion'),
      bare_parts_per_s: parts / bareS,
      bare_parts_per_cpu_s: parts / sum.cpuS,
      over_bare_sum: bareS / drained.seconds,
      over_bare_sum_cpu: sum.cpuS / cpuOf('fusion'),
      bare_consume: (sum.consumeS / parts) * 1e6,
      bare_redis: (sum.redisS / parts) * 1e6,
      bare_produce: (sum.produceS / parts) * 1e6,
      cpu_fusion: (cpuOf('fusion') / parts) * 1e6,
      cpu_kafka: (cpuOf('kafka') / parts) * 1e6,
      cpu_redis: (cpuOf('redis') / parts) * 1e6,
      decision_bytes: mean(drained.decisions.map(({ bytes }) => bytes)),
      load: load(),
    });
  };

  const bareRequest = ({ from, end }: Stretch, decisions: number): BareRequest => ({
    from: from.map(String),
    end: end.map(String),
    decisions,
    decisionBytes: Math.round(mean(tail.seen.slice(-1_000).map(({ bytes }) => bytes))),
  });

  for (const size of WARM_UP_ITEMS) {
    const warmUp = new Samples();
    await round(`warm-up-${size}`, size, warmUp, true);
    say(`warm-up: ${warmUp.lastLine()}`);
  }
  for (let n = 1; n <= rounds; n += 1) {
    await round(`round-${n}`, count, samples, n % 2 === 1);
    say(`round ${n}: ${samples.lastLine()}`);
  }
  return resultOf(samples, count, rounds);
}

async function addTopics({ bus }: JoinStage): Promise<void> {
  await using admin = await bus.admin();
  await admin.ensureTopics([{ name: BARE_TOPIC, partitions: DEFAULT_PARTITIONS.join, config: {} }]);
}

function resultOf(samples: Samples, count: number, rounds: number): BenchResult {
  const units: Readonly<Record<string, string>> = {
    parts_per_s: 'parts/s',
    parts_per_cpu_s: 'parts/CPU-s',
    bare_parts_per_s: 'parts/s',
    bare_parts_per_cpu_s: 'parts/CPU-s',
    over_bare_sum: 'of bare',
    over_bare_sum_cpu: 'of bare',
    bare_consume: 'us/part',
    bare_redis: 'us/part',
    bare_produce: 'us/part',
    cpu_fusion: 'CPU-us/part',
    cpu_kafka: 'CPU-us/part',
    cpu_redis: 'CPU-us/part',
    decision_bytes: 'bytes',
    load: 'processes',
  };
  return {
    suite: 'fusion',
    machine: describeMachine(),
    ratios: {
      over_bare_sum: samples.median('over_bare_sum'),
      over_bare_sum_cpu: samples.median('over_bare_sum_cpu'),
    },
    figures: Object.fromEntries(
      Object.entries(units).map(([name, unit]) => [name, samples.figure(name, unit)]),
    ),
    notes: [
      `${rounds} rounds of ${count} items of ${PARTS.length} parts (384 numbers each) and an opening, all on ${TOPIC.embeddings} before the start; one fusion process, 12 partitions.`,
      'over_bare_sum: wall time of consuming, then one pipelined Function call per record, then producing one record per item, over fusion’s for the same records; _cpu: the same of processor time.',
      'Kafka, Redis and the bench’s own consumer of decisions share the cores.',
    ],
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
