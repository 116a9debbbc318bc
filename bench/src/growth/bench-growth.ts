import { describeMachine, load } from '../machine.js';
import { type BenchResult, type Effort, type Figure, figureOf } from '../result.js';
import { Samples } from '../samples.js';
import { Population } from './population.js';

interface Size {
  /** Open items that lie beside what is measured. */
  readonly open: readonly number[];
  readonly parts: readonly number[];
  /** Complete items of one turn beside a population. */
  readonly items: number;
  /** The same for one number of parts. */
  readonly itemsByParts: number;
  readonly rounds: number;
}

const EFFORTS: Readonly<Record<Effort, Size>> = {
  quick: { open: [1_000, 10_000, 30_000], parts: [1, 2, 8], items: 1_000, itemsByParts: 1_000, rounds: 3 },
  full: {
    open: [1_000, 10_000, 100_000, 300_000],
    parts: [1, 2, 3, 4, 5, 6, 7, 8],
    // Some seconds of processor time a turn: 2,000 items gave 1.30 and .91 for the same build.
    items: 8_000,
    itemsByParts: 1_000,
    rounds: 5,
  },
};
const VECTOR_BYTES = 384 * 4;
const STANDARD_PARTS = 2;
const WARM_UP_ROUNDS = 2;
const partIds = (count: number): string[] => Array.from({ length: count }, (_, n) => `part-${n}`);

/** What an item costs while so many others are open, and with so many parts: flat, or there is a leak or a scan. */
export async function benchGrowth(effort: Effort): Promise<BenchResult> {
  const { open, parts, items, itemsByParts, rounds } = EFFORTS[effort];
  const populations: Population[] = [];
  const samples = new Samples();
  const figures: Record<string, Figure> = {};
  try {
    for (const count of open) {
      const population = await Population.of(count);
      populations.push(population);
      figures[`redis_open_item_${name(count)}`] = figureOf([population.openBytes], 'bytes');
      say(`${count} open: ${population.openBytes.toFixed(0)} Redis bytes each`);
    }
    for (let round = 1 - WARM_UP_ROUNDS; round <= rounds; round += 1)
      for (const [n, population] of ordered(populations, round)) {
        const at = name(open[n] ?? 0);
        const cost = await population.cost(`round-${round}`, items, partIds(STANDARD_PARTS));
        if (round < 1) continue;
        for (const [what, value] of Object.entries(cost)) samples.add(`${what}_${at}`, value);
        say(`round ${round}, ${at} open: ${cost.cpu_item.toFixed(0)} CPU-us an item`);
      }
    const [small] = populations;
    if (small)
      for (let round = 1; round <= rounds; round += 1)
        for (const count of parts) {
          const { cpu_item, kafka_bytes } = await small.cost(
            `parts-${round}-${count}`,
            itemsByParts,
            partIds(count),
          );
          samples.add(`cpu_part_${count}_parts`, cpu_item / count);
          samples.add(`kafka_bytes_${count}_parts`, kafka_bytes);
          say(`round ${round}, ${count} parts: ${cpu_item.toFixed(0)} CPU-us an item`);
        }
    if (small) {
      const bytes = await small.tombstoneBytes('tombstones', items * 2);
      figures['redis_tombstone'] = figureOf([bytes], 'bytes');
      say(`${bytes.toFixed(0)} Redis bytes a tombstone`);
    }
  } finally {
    for (const population of populations) await population[Symbol.asyncDispose]();
  }
  return resultOf(samples, figures, EFFORTS[effort]);
}

/** Median of the rounds' own ratios: what the machine gives changes from one round to the next. */
function costOverTenThousand(samples: Samples, size: string): number {
  const base = samples.of('cpu_item_10k');
  const ratios = samples.of(`cpu_item_${size}`).map((cost, round) => cost / (base[round] ?? Number.NaN));
  return figureOf(ratios, '').median;
}

/** Who goes first changes from round to round. */
function ordered<T>(all: readonly T[], round: number): [number, T][] {
  const entries = [...all.entries()];
  return round % 2 === 0 ? entries : entries.reverse();
}

const name = (count: number): string => `${count / 1000}k`;

function resultOf(
  samples: Samples,
  figures: Record<string, Figure>,
  { open, parts, items, rounds }: Size,
): BenchResult {
  const largest = name(open.at(-1) ?? 0);
  for (const count of open)
    for (const [what, unit] of Object.entries(UNITS))
      figures[`${what}_${name(count)}`] = samples.figure(`${what}_${name(count)}`, unit);
  for (const count of parts) {
    figures[`cpu_part_${count}_parts`] = samples.figure(`cpu_part_${count}_parts`, 'CPU-us/part');
    figures[`kafka_bytes_${count}_parts`] = samples.figure(`kafka_bytes_${count}_parts`, 'bytes/item');
  }
  figures['load'] = figureOf([load()], 'processes');
  const openItem = figures[`redis_open_item_${largest}`]?.median ?? Number.NaN;
  return {
    suite: 'growth',
    machine: describeMachine(),
    ratios: {
      [`cost_${largest}_over_10k`]: costOverTenThousand(samples, largest),
      // One of two vectors is there: 1.35 times its bytes, 900 for the item and 150 for the part.
      redis_open_item_over_allowance: openItem / (1.35 * VECTOR_BYTES + 900 + 150),
      tombstone_over_200_bytes: (figures['redis_tombstone']?.median ?? Number.NaN) / 200,
    },
    figures,
    notes: [
      `Open: items with one of two vectors (${VECTOR_BYTES} bytes each), a join of its own for each number, all alive; then ${rounds} rounds of ${items} complete items of ${STANDARD_PARTS} parts in turn.`,
      'cpu_item: processor microseconds of fusion, Kafka and Redis together per complete item.',
      'kafka_bytes: log segments of embeddings and decisions per item. redis: used_memory_dataset.',
    ],
  };
}

const UNITS: Readonly<Record<string, string>> = {
  cpu_item: 'CPU-us/item',
  cpu_fusion: 'CPU-us/item',
  cpu_kafka: 'CPU-us/item',
  cpu_redis: 'CPU-us/item',
  kafka_bytes: 'bytes/item',
  memory_fusion: 'MiB',
  memory_kafka: 'MiB',
};

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
