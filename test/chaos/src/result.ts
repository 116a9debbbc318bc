import type { Completion, Ledger } from './ledger.js';
import type { LogReader } from './read-log.js';
import { type FaultResult, recovered } from './recovery.js';
import type { FaultSeen } from './run-faults.js';

export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What a run found, as it is written to the JSON file. */
export interface ChaosResult {
  readonly seed: number;
  readonly sent: number;
  readonly opened: number;
  readonly decided: number;
  readonly complete: number;
  /** Acknowledged on `items` and never opened. */
  readonly unopened: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly wrong_inputs: number;
  readonly early_timeouts: number;
  readonly disordered: number;
  readonly faults: readonly FaultResult[];
  /** Of complete items, from the opening to the decision. */
  readonly latency_ms: Quantiles;
  /** Of complete items, from their last part to the decision. */
  readonly join_latency_ms: Quantiles;
  /** The same for items that no fault touched. */
  readonly join_latency_without_faults_ms: Quantiles;
  /** Complete items decided more than 1 s after their last part, with no fault between. */
  readonly late_without_fault: number;
}

/** How long after its recovery a fault may still explain a delay: its backlog. */
const AFTERMATH_MS = 5000;
const LATE_MS = 1000;

export function makeResult(
  seed: number,
  startedMs: number,
  acknowledged: ReadonlySet<string>,
  log: Pick<LogReader, 'inputs' | 'decisions'>,
  ledger: Ledger,
  seen: readonly FaultSeen[],
): ChaosResult {
  const faults = seen.map((one) => ({ one, until: recovered(one, log.inputs, log.decisions) }));
  const opened = new Set(log.inputs.filter(({ kind }) => kind === 'opening').map(({ id }) => id));
  const touched = ({ lastPartMs, decidedMs }: Completion): boolean =>
    faults.some(
      ({ one, until }) =>
        decidedMs >= one.atMs && lastPartMs <= (until ?? Number.POSITIVE_INFINITY) + AFTERMATH_MS,
    );
  const calm = ledger.completions.filter((one) => !touched(one));
  const join = ({ decidedMs, lastPartMs }: Completion) => decidedMs - lastPartMs;
  return {
    seed,
    sent: acknowledged.size,
    opened: ledger.opened,
    decided: ledger.decided,
    complete: ledger.completions.length,
    unopened: [...acknowledged].filter((id) => !opened.has(id)).length,
    lost: ledger.lost.length,
    duplicated: ledger.duplicated.length,
    wrong_inputs: ledger.wrongInputs.length,
    early_timeouts: ledger.earlyTimeouts.length,
    disordered: ledger.disordered.length,
    faults: faults.map(({ one, until }) => ({
      kind: one.fault.kind,
      target: one.fault.target,
      at_ms: one.atMs - startedMs,
      recovered_ms: until === undefined ? null : until - one.atMs,
    })),
    latency_ms: quantiles(ledger.completions.map(({ decidedMs, openedMs }) => decidedMs - openedMs)),
    join_latency_ms: quantiles(ledger.completions.map(join)),
    join_latency_without_faults_ms: quantiles(calm.map(join)),
    late_without_fault: calm.filter((one) => join(one) > LATE_MS).length,
  };
}

/** Nearest rank. All 0 for an empty list. */
export function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** The checks of a run: what each one says, and whether it holds. */
export function checks(result: ChaosResult): { readonly name: string; readonly passed: boolean }[] {
  const zero = (name: string, found: number) => ({ name: `${name}: ${found}`, passed: found === 0 });
  return [
    zero('lost', result.lost),
    zero('duplicated', result.duplicated),
    zero('wrong inputs', result.wrong_inputs),
    zero('early time-outs', result.early_timeouts),
    zero('out of order', result.disordered),
    zero('acknowledged and not opened', result.unopened),
    { name: `complete items: ${result.complete}`, passed: result.complete > 0 },
  ];
}
