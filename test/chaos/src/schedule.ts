import { between, pick, type Random, seededRandom, shuffled } from './random.js';

export const ENCODERS = ['text-encoder', 'image-encoder', 'audio-encoder'] as const;
export const FUSIONS = ['fusion-0', 'fusion-1'] as const;
/** Every process that a fault may hit by name. */
export const PROCESSES = [...FUSIONS, ...ENCODERS, 'intake', 'gateway'] as const;
export type ProcessName = (typeof PROCESSES)[number];

export const FAULT_KINDS = [
  'kill',
  'pause',
  'redis-flush',
  'redis-kill',
  'redis-rollback',
  'redis-full',
  'redis-cut',
  'broker-kill',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

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
const kill =
  (targets: readonly ProcessName[]): Draw =>
  (random) => ({ kind: 'kill', target: pick(random, targets), lengthMs: 0 });
const pause =
  (targets: readonly ProcessName[]): Draw =>
  (random) => ({ kind: 'pause', target: pick(random, targets), lengthMs: PAUSE_MS });
const redis =
  (kind: FaultKind, low: number, high: number): Draw =>
  (random) => ({ kind, target: 'redis', lengthMs: between(random, low, high) });
const flush: Draw = () => ({ kind: 'redis-flush', target: 'redis', lengthMs: 0 });
const redisKill = redis('redis-kill', 0, 1500);
const rollback = redis('redis-rollback', 2000, 5000);
const brokerKill: Draw = (random) => ({
  kind: 'broker-kill',
  target: 'kafka',
  lengthMs: between(random, 0, 2000),
});

/** What even a short schedule holds. */
const FIRST: readonly Draw[] = [
  kill(FUSIONS),
  pause(FUSIONS),
  flush,
  redisKill,
  rollback,
  brokerKill,
  kill(ENCODERS),
  kill(['intake']),
  pause([...ENCODERS, 'intake']),
  (random) => redis(pick(random, ['redis-full', 'redis-cut'] as const), 1000, 3000)(random),
];
/** What a longer one holds beside it. */
const MORE: readonly Draw[] = [flush, redisKill, rollback, pause(FUSIONS), kill(['gateway', ...FUSIONS])];

export interface ScheduleOptions {
  readonly seed: number;
  readonly faults: number;
  /** How long the load is expected to last; the first fault comes after 5 % of it, the last before 95 %. */
  readonly loadMs: number;
}

/** A pure function of its options: the same seed gives the same faults at the same times. */
export function planFaults({ seed, faults, loadMs }: ScheduleOptions): Fault[] {
  const random = seededRandom(seed);
  const draws: Draw[] = [];
  while (draws.length < faults) draws.push(...shuffled(random, FIRST), ...shuffled(random, MORE));
  const chosen = shuffled(random, draws.slice(0, faults));
  const slotMs = (loadMs * 0.9) / Math.max(1, faults);
  return chosen.map((draw, index) => ({
    ...draw(random),
    // Anywhere in its slot: neighbours may come at nearly the same moment.
    atMs: Math.round(loadMs * 0.05 + (index + random()) * slotMs),
  }));
}
