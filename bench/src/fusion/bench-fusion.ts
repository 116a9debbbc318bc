import { DEFAULT_PARTITIONS, TOPIC } from '@tercet/contracts';
import { asTercetError } from '@tercet/kit';
import { DecisionTail } from '../join/decision-tail.js';
import { JoinItems } from '../join/join-items.js';
import { type JoinStage, startJoinStage } from '../join/join-stage.js';
import { describeMachine } from '../machine.js';
import type { BenchResult, Effort } from '../result.js';
import { Samples } from '../samples.js';
import { WorkerProcess } from '../worker/worker-process.js';
import { OPEN_AT_ONCE, PARTS } from './backlog.js';
import { BARE_TOPIC, type BareAnswer, type BareRequest } from './bare-sum.js';
import { type Contender, release } from './contender.js';
import { EQUAL_LOAD, latencyAtEqualLoad } from './equal-load.js';
import { meanBytes, type RoundParts, runRound } from './rounds.js';
import { isSettled } from './settled.js';
import { startStreamsPeer } from './streams-peer.js';

interface Size {
  readonly items: number;
  readonly rounds: number;
  /** Of items whose parts lie far apart on the log. */
  readonly farRounds: number;
  readonly latencyRounds: number;
  readonly latencySeconds: number;
}

const EFFORTS: Readonly<Record<Effort, Size>> = {
  quick: { items: 4_000, rounds: 3, farRounds: 2, latencyRounds: 2, latencySeconds: 8 },
  full: { items: 6_000, rounds: 7, farRounds: 5, latencyRounds: 3, latencySeconds: 20 },
};
/** Then all have begun to work, and rounds follow until they have settled. */
const WARM_UP_ITEMS = [3_000, 5_000] as const;
const SETTLING_ITEMS = 4_000;
const MOST_SETTLING_ROUNDS = 12;
/** Long enough for a process that is held while others have their turn. */
const SESSION_TIMEOUT_MS = 180_000;

/**
 * A backlog of part embeddings that is on the log before anybody begins. One fusion process decides all of it; the bare
 * sum reads the same records, stores them and produces as many; Kafka Streams decides the same items. In turns. Then the
 * latency of both joins at one even load.
 */
export async function benchFusion(effort: Effort): Promise<BenchResult> {
  await using stage = await startJoinStage();
  await addTopics(stage);
  const items = await JoinItems.load();
  await using tail = await DecisionTail.follow(stage.bus);
  await using producer = await stage.bus.producer();
  const fusion = await startFusion(stage, tail);
  await using bare = await WorkerProcess.start<BareRequest, BareAnswer>(
    new URL('./bare-sum-main.js', import.meta.url),
    [...stage.kafka.brokers, stage.prefix, stage.redis.url],
  );
  const samples = new Samples();
  const alone = { stage, items, producer, fusion, streams: undefined, bare };
  await warmUp(alone, 'alone');
  const peer = await peerUnlessAbsent(stage, fusion);
  await using _ended = peer;
  const parts = { ...alone, streams: peer };
  if (peer) await warmUp(parts, 'both');
  await settle(parts);

  const { items: count, rounds, farRounds } = EFFORTS[effort];
  for (let turn = 1; turn <= rounds; turn += 1) {
    await runRound(parts, { name: `round-${turn}`, count, turn }, samples);
    say(`round ${turn}: ${samples.lastLine()}`);
  }
  const far = new Samples();
  for (let turn = 1; turn <= farRounds; turn += 1) {
    await runRound(parts, { name: `far-${turn}`, count, turn, openAtOnce: OPEN_AT_ONCE.far }, far);
    say(`far apart, round ${turn}: ${far.lastLine()}`);
  }
  await compareLatency(parts, EFFORTS[effort], samples);
  release(fusion);
  return resultOf(samples, far, EFFORTS[effort]);
}

async function startFusion(stage: JoinStage, tail: DecisionTail): Promise<Contender> {
  const env = { TERCET_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS) };
  const service = await stage.startFusion('fusion', env);
  return { name: 'fusion', pid: service.pid as number, tail, explain: () => service.explain() };
}

async function addTopics({ bus }: JoinStage): Promise<void> {
  await using admin = await bus.admin();
  await admin.ensureTopics([{ name: BARE_TOPIC, partitions: DEFAULT_PARTITIONS.join, config: {} }]);
}

/** Without a JDK there is nothing to compare with, and the rest is measured all the same. */
async function peerUnlessAbsent(
  stage: JoinStage,
  fusion: Contender,
): Promise<(Contender & AsyncDisposable) | undefined> {
  try {
    return await startStreamsPeer(stage, meanBytes(fusion));
  } catch (error) {
    say(`without Kafka Streams: ${asTercetError(error).message}`);
    return undefined;
  }
}

async function warmUp(parts: RoundParts, name: string): Promise<void> {
  for (const count of WARM_UP_ITEMS) {
    const samples = new Samples();
    await runRound(parts, { name: `warm-up-${name}-${count}`, count, turn: 0 }, samples);
    say(`warm-up: ${samples.lastLine()}`);
  }
}

/** Rounds until nobody has become faster for a while: the broker's compilers take longer than everyone else's, and take both cores. */
async function settle(parts: RoundParts): Promise<void> {
  const samples = new Samples();
  for (let n = 1; n <= MOST_SETTLING_ROUNDS; n += 1) {
    await runRound(parts, { name: `settling-${n}`, count: SETTLING_ITEMS, turn: n }, samples);
    say(`settling: ${samples.lastLine()}`);
    const costs = ['cpu_fusion', 'cpu_kafka', 'streams_cpu', 'streams_cpu_kafka'];
    if (costs.every((name) => isSettled(samples.of(name)))) return;
  }
}

async function compareLatency(parts: RoundParts, size: Size, samples: Samples): Promise<void> {
  const { producer, items, fusion, streams } = parts;
  const contenders = [fusion, ...(streams ? [streams] : [])];
  for (let round = 1; round <= size.latencyRounds; round += 1)
    for (const contender of contenders) {
      const others = contenders.filter((one) => one !== contender);
      const load = { name: `equal-${contender.name}-${round}`, seconds: size.latencySeconds };
      const { p50, p99 } = await latencyAtEqualLoad(producer, items, contender, others, load);
      samples.addAll({ [`${contender.name}_latency_p50`]: p50, [`${contender.name}_latency_p99`]: p99 });
      say(`${load.name}: p50 ${p50}, p99 ${p99} ms`);
    }
}

const UNITS: Readonly<Record<string, string>> = {
  parts_per_s: 'parts/s',
  parts_per_cpu_s: 'parts/CPU-s',
  parts_per_cpu_s_all: 'parts/CPU-s',
  bare_parts_per_s: 'parts/s',
  bare_parts_per_cpu_s: 'parts/CPU-s',
  over_bare_sum: 'of bare',
  over_bare_sum_cpu: 'of bare',
  over_bare_sum_like_fusion: 'of bare',
  over_bare_sum_like_fusion_cpu: 'of bare',
  bare_consume: 'us/part',
  bare_redis: 'us/part',
  bare_produce: 'us/part',
  bare_redis_like_fusion: 'us/part',
  bare_produce_like_fusion: 'us/part',
  cpu_fusion: 'CPU-us/part',
  cpu_kafka: 'CPU-us/part',
  cpu_redis: 'CPU-us/part',
  fusion_calls: 'calls',
  fusion_writes: 'calls',
  yardstick_before_fusion: 'CPU-ms',
  yardstick_before_bare: 'CPU-ms',
  streams_parts_per_s: 'parts/s',
  streams_parts_per_cpu_s_all: 'parts/CPU-s',
  streams_cpu: 'CPU-us/part',
  streams_cpu_kafka: 'CPU-us/part',
  over_streams_cpu_all: 'of streams',
  over_streams_wall: 'of streams',
  fusion_latency_p50: 'ms',
  fusion_latency_p99: 'ms',
  streams_latency_p50: 'ms',
  streams_latency_p99: 'ms',
  decision_bytes: 'bytes',
  load: 'processes',
};

const FAR = [
  'parts_per_s',
  'parts_per_cpu_s',
  'cpu_fusion',
  'cpu_kafka',
  'cpu_redis',
  'streams_cpu',
  'streams_cpu_kafka',
] as const;

function resultOf(
  samples: Samples,
  far: Samples,
  { items, rounds, farRounds, latencyRounds, latencySeconds }: Size,
): BenchResult {
  const known = Object.entries(UNITS).filter(([name]) => samples.of(name).length > 0);
  const hasPeer = samples.of('over_streams_cpu_all').length > 0;
  return {
    suite: 'fusion',
    machine: describeMachine(),
    ratios: {
      over_bare_sum: samples.median('over_bare_sum'),
      over_bare_sum_cpu: samples.median('over_bare_sum_cpu'),
      over_bare_sum_like_fusion: samples.median('over_bare_sum_like_fusion'),
      over_bare_sum_like_fusion_cpu: samples.median('over_bare_sum_like_fusion_cpu'),
      over_bare_sum_far: far.median('over_bare_sum'),
      over_bare_sum_cpu_far: far.median('over_bare_sum_cpu'),
      ...(hasPeer && {
        over_streams_cpu_all_far: far.median('over_streams_cpu_all'),
        over_streams_cpu_all: samples.median('over_streams_cpu_all'),
        over_streams_wall: samples.median('over_streams_wall'),
        streams_p99_over_fusion_p99:
          samples.median('streams_latency_p99') / samples.median('fusion_latency_p99'),
      }),
    },
    figures: Object.fromEntries([
      ...known.map(([name, unit]) => [name, samples.figure(name, unit)]),
      ...FAR.filter((name) => far.of(name).length > 0).map((name) => [
        `${name}_far`,
        far.figure(name, UNITS[name] ?? ''),
      ]),
    ]),
    notes: [
      `${rounds} rounds of ${items} items of ${PARTS.length} parts (384 numbers each) and an opening, all on ${TOPIC.embeddings} before the start; one fusion process, one Streams thread, 12 partitions.`,
      `${OPEN_AT_ONCE.close} items are open at once within it; far, in ${farRounds} more rounds: ${OPEN_AT_ONCE.far}, so that few are whole in what is read at once.`,
      'over_bare_sum: wall time of consuming, then one pipelined Function call per record, then producing one record per item, over fusion’s for the same records; _cpu: the same of processor time.',
      'like_fusion: the bare sum with one call for 200 records, and with one transaction, read back, for 100 decisions.',
      'fusion_calls, fusion_writes: Redis’s own count of Function calls, and of HSET and SET within them, in a turn; where writes differ between turns of one size, something was done twice.',
      'yardstick: processor time of work that is always the same, just before a turn; where it grows, so does every figure of processor time.',
      'over_streams_cpu_all: parts per processor second of fusion, Kafka and Redis over that of Kafka Streams and Kafka.',
      `latency: last part’s append to the decision at a read_committed consumer; ${latencyRounds} turns of ${latencySeconds} s each at ${EQUAL_LOAD.itemsPerSecond} items of two parts a second.`,
      'Kafka, Redis and the bench’s own consumer of decisions share the cores.',
    ],
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
