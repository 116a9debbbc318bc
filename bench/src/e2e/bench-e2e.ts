import type { BusProducer } from '@tercet/bus';
import { residentBytes } from '@tercet/harness';
import { type Stack, startStack, waitFor } from '@tercet/local';
import { buildModels } from '@tercet/models';
import { DecisionTail } from '../join/decision-tail.js';
import { startJoinStage } from '../join/join-stage.js';
import { percentilesOf } from '../join/percentiles.js';
import { describeMachine, load } from '../machine.js';
import { type BenchResult, type Effort, type Figure, figureOf } from '../result.js';
import { Samples } from '../samples.js';
import { type BareStages, HOPS, measureBareStages } from './bare-stages.js';
import { backlogAt, impliedSeconds, recoverySeconds } from './recovery.js';
import { type Intended, sendItems } from './send-items.js';

const EFFORTS: Readonly<
  Record<Effort, { readonly rounds: number; readonly seconds: number; readonly burst: number }>
> = {
  quick: { rounds: 1, seconds: 20, burst: 500 },
  full: { rounds: 3, seconds: 60, burst: 1_500 },
};
const SHARES = [0.2, 0.6, 0.9, 1.2] as const;
const BARE_SAMPLES = 150;
const TIMEOUT_MS = 180_000;
const MIB = 2 ** 20;
const SERVICES = ['intake', 'text-encoder', 'fusion'] as const;

/**
 * Items of one text through the whole pipeline, from `items` to a read_committed consumer of `decisions`, at shares of
 * the capacity. Nobody waits for answers, and latency counts from when an item should have been sent.
 */
export async function benchE2e(effort: Effort): Promise<BenchResult> {
  const { rounds, seconds, burst } = EFFORTS[effort];
  await buildModels({ only: ['text'] });
  await using stage = await startJoinStage();
  const bare = await measureBareStages(stage.bus, BARE_SAMPLES);
  await using stack = await startStack({
    runningBrokers: { kafkaBrokers: stage.kafka.brokers, redisUrl: stage.redis.url },
    services: SERVICES,
    prefix: stage.prefix,
    dataDir: `${stage.folder}/stack`,
    maxRestarts: 0,
  });
  await using tail = await DecisionTail.follow(stage.bus);
  await using producer = await stage.bus.producer();
  const run = new Run(stack, tail, producer);
  await run.burst('warm-up', burst);
  const capacity = await run.burst('capacity', burst);
  say(`capacity: ${capacity.toFixed(1)} items/s`);
  const samples = new Samples();
  for (let round = 1; round <= rounds; round += 1)
    for (const share of SHARES) {
      const name = `${share * 100}%`;
      const measured = await run.load(`r${round}-${share * 100}`, capacity * share, seconds, capacity);
      for (const [what, value] of Object.entries(measured)) samples.add(`${name} ${what}`, value);
      say(`round ${round}, ${name}: ${JSON.stringify(measured)}, load ${load().toFixed(1)}`);
    }
  return resultOf(samples, bare, capacity, EFFORTS[effort]);
}

/** One pipeline and what is known of it. */
class Run {
  constructor(
    private readonly stack: Stack,
    private readonly tail: DecisionTail,
    private readonly producer: BusProducer,
  ) {}

  /** Items all at once; answers how many a second were decided between the first tenth and the end. */
  async burst(name: string, count: number): Promise<number> {
    const before = this.tail.seen.length;
    const intended = await sendItems(this.producer, { name, perSecond: count * 10, seconds: 0.1 });
    await this.#decided(intended);
    const seen = this.tail.seen
      .slice(before)
      .map(({ seenAtMs }) => seenAtMs)
      .sort((a, b) => a - b);
    const skipped = Math.floor(count / 10);
    const [from = 0, to = 1] = [seen[skipped], seen.at(-1)];
    return ((seen.length - 1 - skipped) * 1000) / (to - from);
  }

  /** Milliseconds of latency; items lost; items under way at the end of the load; seconds until they were decided. */
  async load(name: string, perSecond: number, seconds: number, capacity: number) {
    const before = this.tail.seen.length;
    const memory = this.#memory();
    const intended = await sendItems(this.producer, { name, perSecond, seconds });
    const endMs = Date.now();
    const memoryAtEnd = this.#memory();
    await this.#decided(intended);
    const journeys = this.tail.seen.slice(before).flatMap(({ itemKey, seenAtMs }) => {
      const intendedMs = intended.get(itemKey);
      return intendedMs === undefined ? [] : [{ intendedMs, seenMs: seenAtMs }];
    });
    const { p50, p95, p99, p999 } = percentilesOf(journeys.map((one) => one.seenMs - one.intendedMs));
    const backlog = backlogAt(journeys, endMs);
    return {
      p50,
      p95,
      p99,
      'p99.9': p999,
      lost: intended.size - journeys.length,
      backlog,
      recovery: recoverySeconds(journeys, endMs),
      implied_recovery: impliedSeconds(backlog, capacity),
      memory_growth: memoryAtEnd - memory,
    };
  }

  async #decided(intended: Intended): Promise<void> {
    const missing = new Set(intended.keys());
    let looked = 0;
    await waitFor(
      'every item is decided',
      () => {
        for (const { itemKey } of this.tail.seen.slice(looked)) missing.delete(itemKey);
        looked = this.tail.seen.length;
        return missing.size === 0;
      },
      {
        timeoutMs: TIMEOUT_MS,
        intervalMs: 20,
        explain: () =>
          `${missing.size} are missing\n${SERVICES.map((name) => this.stack.service(name).explain()).join('\n')}`,
      },
    );
  }

  /** MiB of all services. */
  #memory(): number {
    return SERVICES.reduce((sum, name) => sum + residentBytes(this.stack.service(name).pid ?? 0) / MIB, 0);
  }
}

function resultOf(
  samples: Samples,
  { hop, encode }: BareStages,
  capacity: number,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): BenchResult {
  const units: Readonly<Record<string, string>> = {
    p50: 'ms',
    p95: 'ms',
    p99: 'ms',
    'p99.9': 'ms',
    lost: 'items',
    backlog: 'items',
    recovery: 's',
    implied_recovery: 's',
    memory_growth: 'MiB',
  };
  const figures: Record<string, Figure> = {
    capacity: figureOf([capacity], 'items/s'),
    bare_hop_p50: figureOf([hop.p50], 'ms'),
    bare_hop_p99: figureOf([hop.p99], 'ms'),
    bare_encode_p50: figureOf([encode.p50], 'ms'),
    bare_encode_p99: figureOf([encode.p99], 'ms'),
  };
  for (const share of SHARES)
    for (const [what, unit] of Object.entries(units)) {
      const name = `${share * 100}% ${what}`;
      figures[name] = samples.figure(name, unit);
    }
  const overhead = (p: 'p50' | 'p99'): number => samples.median(`60% ${p}`) - HOPS * hop[p] - encode[p];
  figures['overhead at 60%, p50'] = figureOf([overhead('p50')], 'ms');
  figures['overhead at 60%, p99'] = figureOf([overhead('p99')], 'ms');
  figures['load'] = figureOf([load()], 'processes');
  return {
    suite: 'e2e',
    machine: describeMachine(),
    ratios: {
      overhead_p50_over_60_ms: overhead('p50') / 60,
      overhead_p99_over_250_ms: overhead('p99') / 250,
      recovery_over_implied_at_120: samples.median('120% recovery') / samples.median('120% implied_recovery'),
    },
    figures,
    notes: [
      `Items of one text of 5 to 250 tokens; ${rounds} rounds of ${seconds} s each, from the intended start to a read_committed consumer of decisions; everything on the same cores.`,
      `Bare stages: ${HOPS} hops over Kafka (send to consumer, idle) and preparing and running one text alone; the overhead is what lies above their sum, quantile by quantile.`,
      'capacity: a burst, from its first tenth to its end. backlog: items under way when the load ends. implied: backlog over capacity.',
    ],
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
