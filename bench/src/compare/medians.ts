import { type BenchResult, type Figure, figureOf } from '../result.js';

/** One figure or ratio of both revisions over the rounds, and the median of the rounds' own ratios. */
export interface Compared {
  readonly name: string;
  readonly base: Figure;
  readonly here: Figure;
  /** Here over base, round by round. */
  readonly change: Figure;
}

/** What both revisions measured in every round, by name. */
export function compareRounds(base: readonly BenchResult[], here: readonly BenchResult[]): Compared[] {
  const rows = (result: BenchResult): Record<string, { value: number; unit: string }> => ({
    ...Object.fromEntries(
      Object.entries(result.figures).map(([name, { median, unit }]) => [name, { value: median, unit }]),
    ),
    ...Object.fromEntries(
      Object.entries(result.ratios).map(([name, value]) => [`ratio ${name}`, { value, unit: '' }]),
    ),
  });
  const [baseRows, hereRows] = [base.map(rows), here.map(rows)];
  return Object.entries(hereRows[0] ?? {}).flatMap(([name, { unit }]) => {
    const of = (all: typeof baseRows): number[] =>
      all.flatMap((one) => (one[name] === undefined ? [] : [one[name].value]));
    const [then, now] = [of(baseRows), of(hereRows)];
    if (then.length !== base.length || now.length !== here.length || then.length !== now.length) return [];
    return [
      {
        name,
        base: figureOf(then, unit),
        here: figureOf(now, unit),
        change: figureOf(
          now.map((value, n) => value / (then[n] ?? Number.NaN)),
          'of base',
        ),
      },
    ];
  });
}
