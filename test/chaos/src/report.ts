import type { Quantiles } from './quantiles.js';
import type { ChaosResult } from './result.js';

/** The result for people: each fault with its recovery, the latencies, and what was checked. */
export function renderResult(result: ChaosResult): string {
  const faults = result.faults.map(({ kind, target, at_ms, recovered_ms }) => [
    `${(at_ms / 1000).toFixed(1)} s`,
    kind,
    target,
    recovered_ms === null ? 'never' : `${recovered_ms} ms`,
  ]);
  const latencies = [
    ['opening to decision', result.latency_ms],
    ['  untouched by faults', result.latency_without_faults_ms],
    ['last part to decision', result.join_latency_ms],
    ['  untouched by faults', result.join_latency_without_faults_ms],
    ['last part to commit', result.commit_latency_ms],
    ['  untouched by faults', result.commit_latency_without_faults_ms],
  ] as const;
  const { opened, decided, complete, untouched, erased, reviewed, lookups, load_ms } = result;
  return [
    ...table(['at', 'fault', 'target', 'work flows again after'], faults),
    '',
    ...table(
      ['ms', 'p50', 'p95', 'p99', 'max'],
      latencies.map(([name, figures]) => [name, ...row(figures)]),
    ),
    '',
    `opened ${opened}, decided ${decided}; ${complete} complete, ${untouched} of them untouched by faults`,
    `erased ${erased}, reviewed ${reviewed}, look-ups answered ${lookups.answered}, refused ${lookups.refused}, behind ${lookups.behind}`,
    `load ${(load_ms / 1000).toFixed(0)} s, ${((opened * 1000) / load_ms).toFixed(1)} versions a second`,
    '',
    ...result.checks.map(({ name, passed }) => `${passed ? 'ok    ' : 'FAILED'}  ${name}`),
    '',
  ].join('\n');
}

function row({ p50, p95, p99, max }: Quantiles): string[] {
  return [p50, p95, p99, max].map(String);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((cells) => (cells[column] ?? '').length)),
  );
  return [head, ...rows].map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
