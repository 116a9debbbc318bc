import { between, pick, type Random, seededRandom, shuffled } from './random.js';

export const ENCODERS = ['text-encoder', 'image-encoder', 'audio-encoder'] as const;
export const FUSIONS = ['fusion-0', 'fusion-1'] as const;
/** Every process that a fault may hit by name. */
export const PROCESSES = [...FUSIONS, ...ENCODERS, 'intake', 'gateway'] as const;
export type ProcessName = (typeof PROCESSES)[number];

export const FAULT_KINDS = [
  'kill',
  'pause',
  'pause-in-transaction',
  'pause-in-rebuild',
  'redis-flush',
  'redis-kill',
  'redis-rollback',
  'redis-full',
  'redis-cut',
  'kafka-cut',
  'kafka-delay',
  'broker-kill',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
/** Kinds that stop a process by SIGSTOP. */
export const STOPS: ReadonlySet<FaultKind> = new Set(['pause', 'pause-in-transaction', 'pause-in-rebuild']);

/** One fault of a schedule. */
export interface Fault {
  readonly kind: FaultKind;
  readonly target: ProcessName | 'redis' | 'kafka';
  /** From the start of the load. */
  readonly atMs: number;
  /** How long a pause, an outage, or the time between a snapshot and its return lasts; 0 where it has no length. */
  readonly lengthMs: number;
}

/** Longer than the session time-out of 4 s, so that the group goes on without the stopped member. */
export const PAUSE_MS = 6000;

type Draw = (random: Random) => Pick<Fault, 'kind' | 'target' | 'lengthMs'>;
type Target = Fault['target'];

const fault =
  (kind: FaultKind, targets: readonly Target[], low = 0, high = low): Draw =>
  (random) => ({ kind, target: pick(random, targets), lengthMs: between(random, low, high) });
const kill = (...targets: Target[]) => fault('kill', targets);
const pause = (...targets: Target[]) => fault('pause', targets, PAUSE_MS);
const inTransaction = fault('pause-in-transaction', FUSIONS, PAUSE_MS);
const inRebuild = fault('pause-in-rebuild', ['redis'], PAUSE_MS);
const flush = fault('redis-flush', ['redis']);
const redisKill = fault('redis-kill', ['redis'], 0, 1500);
const rollback = fault('redis-rollback', ['redis'], 2000, 5000);
const redisFull = fault('redis-full', ['redis'], 1000, 3000);
const redisCut = fault('redis-cut', ['redis'], 1000, 3000);
const kafkaCut = fault('kafka-cut', ['kafka'], 1000, 3000);
/** One process alone is cut off, for longer than its session. */
const kafkaCutOne = fault('kafka-cut', [...FUSIONS, ...ENCODERS, 'intake'], PAUSE_MS);
const kafkaDelay = fault('kafka-delay', ['kafka'], 3000, 6000);
const brokerKill = fault('broker-kill', ['kafka'], 0, 2000);

/** The first ten: what even a short schedule holds. */
const SHORT: readonly Draw[] = [
  kill(...FUSIONS),
  flush,
  redisKill,
  rollback,
  brokerKill,
  inTransaction,
  pause(...FUSIONS),
  kill(...ENCODERS),
  kill('intake'),
  (random) =>
    pick(random, [redisFull, redisCut, kafkaCut, kafkaDelay, inRebuild, pause(...ENCODERS)])(random),
];
/** With these, thirty: every kind, every process, and of each kind what a proof needs. */
const THIRTY: readonly Draw[] = [
  kill(...FUSIONS),
  pause('fusion-0'),
  pause('fusion-1'),
  inTransaction,
  inRebuild,
  pause(...ENCODERS),
  pause('intake', 'gateway'),
  brokerKill,
  brokerKill,
  ...[flush, redisKill, rollback].flatMap((draw) => [draw, draw, draw, draw]),
  redisFull,
  redisCut,
  kafkaCutOne,
  kafkaDelay,
  kill('text-encoder'),
  kill('image-encoder'),
  kill('audio-encoder'),
  kill('intake'),
  kill('gateway'),
];
/** What comes beyond the thirty, over and over. */
const BEYOND: readonly Draw[] = [
  kafkaCut,
  inTransaction,
  inRebuild,
  kill(...FUSIONS),
  pause(...ENCODERS),
  pause('intake', 'gateway', ...FUSIONS),
  flush,
  redisKill,
  rollback,
  brokerKill,
  kafkaCutOne,
  redisFull,
  redisCut,
  kafkaDelay,
  kill(...PROCESSES),
];

export interface ScheduleOptions {
  readonly seed: number;
  readonly faults: number;
  /** How long the load is expected to last; the first fault comes after 5 % of it, the last before 95 %. */
  readonly loadMs: number;
}

/** A pure function of its options: the same seed gives the same faults at the same times. */
export function planFaults({ seed, faults, loadMs }: ScheduleOptions): Fault[] {
  const random = seededRandom(seed);
  const draws: Draw[] = [...(faults < THIRTY.length ? SHORT : THIRTY)];
  while (draws.length < faults) draws.push(...shuffled(random, BEYOND));
  const chosen = shuffled(random, draws.slice(0, faults));
  const slotMs = (loadMs * 0.9) / Math.max(1, faults);
  return chosen.map((draw, index) => ({
    ...draw(random),
    // Anywhere in its slot: neighbours may come at nearly the same moment.
    atMs: Math.round(loadMs * 0.05 + (index + random()) * slotMs),
  }));
}
