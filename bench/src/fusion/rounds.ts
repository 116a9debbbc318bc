import type { BusProducer } from '@tercet/bus';
import type { JoinItems } from '../join/join-items.js';
import type { JoinStage } from '../join/join-stage.js';
import { load } from '../machine.js';
import type { Samples } from '../samples.js';
import type { WorkerProcess } from '../worker/worker-process.js';
import { yardstickMs } from '../yardstick.js';
import { backlogRecords, endsOf, OPEN_AT_ONCE, PARTS, type Stretch, sendAll } from './backlog.js';
import type { BareAnswer, BareRequest, BareStages } from './bare-sum.js';
import { type Contender, type Drained, drain, hold } from './contender.js';
import { callsBetween, redisCalls } from './redis-calls.js';

const WINDOW_MS = 3_600_000;

export interface RoundParts {
  readonly stage: JoinStage;
  readonly items: JoinItems;
  readonly producer: BusProducer;
  readonly fusion: Contender;
  readonly streams: Contender | undefined;
  readonly bare: WorkerProcess<BareRequest, BareAnswer>;
}

/**
 * One backlog, put on the log while everybody is held; then each has its turn with the same records. Who goes first
 * changes with `turn`.
 */
export async function runRound(
  parts: RoundParts,
  round: {
    readonly name: string;
    readonly count: number;
    readonly turn: number;
    readonly openAtOnce?: number;
  },
  into: Samples,
): Promise<void> {
  const { stage, items, producer, fusion, streams, bare } = parts;
  const { name, count, turn, openAtOnce = OPEN_AT_ONCE.close } = round;
  hold(fusion);
  if (streams) hold(streams);
  const from = await endsOf(stage.bus);
  await sendAll(producer, backlogRecords(items, { name, count, windowMs: WINDOW_MS, openAtOnce }));
  const stretch = { from, end: await endsOf(stage.bus) };
  const decisionBytes = meanBytes(fusion);
  const results: { fusion?: Drained; streams?: Drained; bare?: BareAnswer } = {};
  const turns = [
    async () => {
      into.add('yardstick_before_fusion', yardstickMs());
      const before = await redisCalls(stage.redis.port);
      results.fusion = await drain(fusion, count, { kafka: stage.kafka.pid, redis: stage.redis.pid });
      const after = await redisCalls(stage.redis.port);
      into.addAll({
        fusion_calls: callsBetween(before, after, 'fcall'),
        fusion_writes: callsBetween(before, after, 'hset') + callsBetween(before, after, 'set'),
      });
    },
    async () => {
      into.add('yardstick_before_bare', yardstickMs());
      results.bare = await bare.ask(bareRequest(stretch, count, decisionBytes));
    },
    async () => {
      if (!streams) return;
      results.streams = await drain(streams, count, { kafka: stage.kafka.pid });
    },
  ];
  for (let n = 0; n < turns.length; n += 1) await turns[(n + turn) % turns.length]?.();
  addSamples(into, count * PARTS.length, results);
  into.addAll({ decision_bytes: meanBytes(fusion), load: load() });
}

/** Of the latest thousand; a guess where there is none yet. */
export function meanBytes({ tail }: Contender): number {
  const recent = tail.seen.slice(-1_000);
  return recent.length === 0
    ? 2_000
    : Math.round(recent.reduce((sum, { bytes }) => sum + bytes, 0) / recent.length);
}

function bareRequest({ from, end }: Stretch, decisions: number, decisionBytes: number): BareRequest {
  return { from: from.map(String), end: end.map(String), decisions, decisionBytes };
}

function addSamples(
  into: Samples,
  parts: number,
  { fusion, streams, bare }: { fusion?: Drained; streams?: Drained; bare?: BareAnswer },
): void {
  if (!fusion || !bare) return;
  const bareS = secondsOf(bare);
  const fusionCpu = fusion.cpu['fusion'] ?? Number.NaN;
  into.addAll({
    parts_per_s: parts / fusion.seconds,
    parts_per_cpu_s: parts / fusionCpu,
    bare_parts_per_s: parts / bareS,
    bare_parts_per_cpu_s: parts / bare.cpuS,
    over_bare_sum: bareS / fusion.seconds,
    over_bare_sum_cpu: bare.cpuS / fusionCpu,
    over_bare_sum_like_fusion: secondsOf(bare.likeFusion) / fusion.seconds,
    over_bare_sum_like_fusion_cpu: bare.likeFusion.cpuS / fusionCpu,
    bare_consume: (bare.consumeS / parts) * 1e6,
    bare_redis: (bare.redisS / parts) * 1e6,
    bare_produce: (bare.produceS / parts) * 1e6,
    bare_redis_like_fusion: (bare.likeFusion.redisS / parts) * 1e6,
    bare_produce_like_fusion: (bare.likeFusion.produceS / parts) * 1e6,
    cpu_fusion: (fusionCpu / parts) * 1e6,
    cpu_kafka: ((fusion.cpu['kafka'] ?? 0) / parts) * 1e6,
    cpu_redis: ((fusion.cpu['redis'] ?? 0) / parts) * 1e6,
    parts_per_cpu_s_all: parts / total(fusion.cpu),
  });
  if (!streams) return;
  into.addAll({
    streams_parts_per_s: parts / streams.seconds,
    streams_parts_per_cpu_s_all: parts / total(streams.cpu),
    streams_cpu: ((streams.cpu['streams'] ?? 0) / parts) * 1e6,
    streams_cpu_kafka: ((streams.cpu['kafka'] ?? 0) / parts) * 1e6,
    over_streams_cpu_all: total(streams.cpu) / total(fusion.cpu),
    over_streams_wall: streams.seconds / fusion.seconds,
  });
}

const secondsOf = ({ consumeS, redisS, produceS }: BareStages): number => consumeS + redisS + produceS;

const total = (cpu: Readonly<Record<string, number>>): number =>
  Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);
