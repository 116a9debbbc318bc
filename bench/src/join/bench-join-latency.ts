import { DEFAULT_PARTITIONS } from '@tercet/contracts';
import type { ServiceProcess } from '@tercet/local';
import { waitFor } from '@tercet/local';
import { describeMachine, load } from '../machine.js';
import { type BenchResult, type Effort, type Figure, figureOf } from '../result.js';
import { DecisionTail } from './decision-tail.js';
import { JoinItems } from './join-items.js';
import { startJoinStage } from './join-stage.js';
import { keepsUp } from './keeps-up.js';
import { type Percentiles, percentilesOf } from './percentiles.js';
import { sendSteadily } from './steady-load.js';
import { quantileMs, readSteps } from './step-times.js';

const EFFORTS: Readonly<Record<Effort, { readonly rounds: number; readonly seconds: number }>> = {
  quick: { rounds: 3, seconds: 20 },
  full: { rounds: 3, seconds: 60 },
};
const WARM_UP = { itemsPerSecond: 100, seconds: 20 };
/** As many as each of production's three has (k8s/components/production), and all of them. */
const PARTITIONS_OF_ONE_PROCESS = [DEFAULT_PARTITIONS.join / 3, DEFAULT_PARTITIONS.join];
const FIRST_RATE = 60;
const RATE_STEP = 1.25;
const TRIAL_SECONDS = 16;
const SHARE_OF_CAPACITY = 0.6;
const DRAIN_TIMEOUT_MS = 60_000;

interface Run {
  readonly latency: Percentiles;
  readonly isSteady: boolean;
}

/**
 * From the append of an item's last embedding to the moment at which a read_committed consumer has its decision: at 60 % of
 * the rate that one fusion process keeps up with, by how many partitions it owns. Embeddings are put on the topic directly; no
 * encoder takes part.
 */
export async function benchJoinLatency(effort: Effort): Promise<BenchResult> {
  const { rounds, seconds } = EFFORTS[effort];
  const figures: Record<string, Figure> = {};
  const loads: number[] = [];
  for (const partitions of PARTITIONS_OF_ONE_PROCESS) {
    say(`one process that owns ${partitions} partitions`);
    const measured = await measureLatency(partitions, effort, loads);
    for (const [name, figure] of Object.entries(measured))
      figures[`${partitions} partitions: ${name}`] = figure;
  }
  return {
    suite: 'join-latency',
    machine: describeMachine(),
    ratios: {},
    figures: { ...figures, load_average: figureOf(loads, '') },
    notes: [
      `${rounds} rounds of ${seconds} s after a search for the capacity, the highest rate at which the second half of ${TRIAL_SECONDS} s was no slower than the first, and ${TRIAL_SECONDS} s to settle; an item has an opening and two vectors of 384 numbers.`,
      'latency: append time of the last embedding to its decision at a read_committed consumer in another process.',
      'fusion: its own histograms; a figure is the upper bound of the bucket.',
    ],
  };
}

async function measureLatency(
  partitions: number,
  effort: Effort,
  loads: number[],
): Promise<Record<string, Figure>> {
  const { rounds, seconds } = EFFORTS[effort];
  await using stage = await startJoinStage({ ...DEFAULT_PARTITIONS, join: partitions });
  const items = await JoinItems.load();
  const fusion = await stage.startFusion('fusion');
  await using tail = await DecisionTail.follow(stage.bus);
  await using producer = await stage.bus.producer();

  const run = async (name: string, rate: number, length: number): Promise<Run> => {
    // What earlier trials saw would be the greater part of this process's memory, and its collector's work.
    tail.seen.length = 0;
    const sent = await sendSteadily(producer, items, { name, itemsPerSecond: rate, seconds: length });
    await waitFor('every item is decided', () => tail.seen.length >= sent.items, {
      timeoutMs: DRAIN_TIMEOUT_MS,
      intervalMs: 20,
      explain: () => `${tail.seen.length} of ${sent.items}\n${fusion.explain()}`,
    });
    const latencies = tail.seen.map(({ seenAtMs, timings }) => seenAtMs - timings.lastPartAtMs);
    const latency = percentilesOf(latencies);
    const isSteady = keepsUp(latencies);
    loads.push(load());
    const verdict = isSteady ? '' : ', not kept up with';
    say(`${name}: ${Math.round(sent.items / sent.seconds)} items/s, ${describe(latency)}${verdict}`);
    return { latency, isSteady };
  };

  await run('warm-up', WARM_UP.itemsPerSecond, WARM_UP.seconds);
  let trials = 0;
  const capacity = await findCapacity((rate) => {
    // A rate may be tried twice, and items of the same name would be decided already.
    trials += 1;
    return run(`trial-${trials}-${Math.round(rate)}`, rate, TRIAL_SECONDS);
  });
  // The search ends in an overload, whose garbage and backlog are not what is measured.
  await run('settling', capacity * SHARE_OF_CAPACITY, TRIAL_SECONDS);
  const measured: Percentiles[] = [];
  const steps = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    const before = await stepsOf(fusion);
    measured.push((await run(`round-${round}`, capacity * SHARE_OF_CAPACITY, seconds)).latency);
    for (const [step, buckets] of await stepsOf(fusion))
      for (const share of [0.5, 0.99]) {
        const name = `fusion: ${step}, p${share * 100} at most`;
        steps.set(name, [...(steps.get(name) ?? []), quantileMs(before.get(step), buckets, share)]);
      }
  }
  return {
    capacity: figureOf([capacity], 'items/s'),
    rate: figureOf([capacity * SHARE_OF_CAPACITY], 'items/s'),
    ...figuresOf(measured),
    ...Object.fromEntries([...steps].map(([name, samples]) => [name, figureOf(samples, 'ms')])),
  };
}

/**
 * Raises the rate until it is not kept up with, twice in a row, since anything else on the machine may spoil one trial.
 * @returns the highest rate that was kept up with.
 */
async function findCapacity(trial: (rate: number) => Promise<Run>): Promise<number> {
  let capacity = 0;
  for (let rate = FIRST_RATE; ; rate *= RATE_STEP) {
    if (!(await trial(rate)).isSteady && !(await trial(rate)).isSteady) {
      if (capacity === 0) throw new RangeError(`${rate} items a second are too many to begin with`);
      return capacity;
    }
    capacity = rate;
  }
}

function figuresOf(measured: readonly Percentiles[]): Record<string, Figure> {
  const names = ['p50', 'p95', 'p99', 'max'] as const;
  return Object.fromEntries(
    names.map((name) => [
      `latency_${name}`,
      figureOf(
        measured.map((one) => one[name]),
        'ms',
      ),
    ]),
  );
}

async function stepsOf(fusion: ServiceProcess) {
  return readSteps(await fusion.metrics());
}

const describe = ({ p50, p95, p99, max }: Percentiles): string =>
  `p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${max} ms, load ${load().toFixed(1)}`;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
