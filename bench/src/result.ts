export type Effort = 'quick' | 'full';

/** One measured quantity over the rounds. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

export interface BenchResult {
  readonly suite: string;
  /** Processor, cores in use and memory. */
  readonly machine: string;
  /** Medians of ratios that were taken round by round; the larger the better. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, Figure>>;
  /** What a reader must know to read the figures. */
  readonly notes: readonly string[];
}

/** @throws RangeError where nothing was measured. */
export function figureOf(samples: readonly number[], unit: string): Figure {
  const sorted = [...samples].sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new RangeError(`no sample of ${unit}`);
  return { median: medianOf(sorted), min, max, unit };
}

function medianOf(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)] ?? 0, sorted[Math.ceil(middle)] ?? 0];
  return (low + high) / 2;
}
