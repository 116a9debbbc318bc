import type { BenchResult } from './result.js';

/** Prints a suite's table for people. */
export function printResult({ suite, machine, ratios, figures, notes }: BenchResult): void {
  const rows = Object.entries(figures).map(([name, { median, min, max, unit }]) => [
    name,
    digits(median),
    digits(min),
    digits(max),
    unit,
  ]);
  const lines = [
    `suite ${suite} on ${machine}`,
    '',
    ...table([['figure', 'median', 'min', 'max', 'unit'], ...rows]),
    '',
    ...table([
      ['ratio', 'median'],
      ...Object.entries(ratios).map(([name, value]) => [name, value.toFixed(2)]),
    ]),
    '',
    ...notes,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Three digits that count, or all before the point. */
export function digits(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
