import { committedAt, type FaultWindow, faultWindows, isTouched, lateWithoutCause } from './lateness.js';
import type { Completion, Ledger } from './ledger.js';
import { type Quantiles, quantiles } from './quantiles.js';
import { recoveriesOf, type Traces } from './recovery.js';
import type { FaultSeen } from './run-faults.js';
import type { CommitSeen } from './transaction-watch.js';
import type { Visits } from './visitor.js';

/** A row of the result. */
export interface FaultResult {
  readonly kind: string;
  readonly target: string;
  /** When it took hold, from the start of the load. */
  readonly at_ms: number;
  /** From then until work flowed again for what was opened later; null: it never did. */
  readonly recovered_ms: number | null;
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** A figure of the machine too: `--lateness report` leaves it to the report. */
  readonly isLateness?: true;
}

/** What a run found, as it is written to the JSON file. */
export interface ChaosResult {
  readonly seed: number;
  readonly opened: number;
  readonly decided: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly wrong_inputs: number;
  readonly early_timeouts: number;
  /** Decided more than 1 s after their last part, with no fault to explain it. */
  readonly late_unexplained: number;
  /** Not in the order of (version, revision), or of a version that nobody opened. */
  readonly disordered: number;
  /** Acknowledged upstream and never opened. */
  readonly unopened: number;
  /** Look-ups of decided items that were answered `unknown`. */
  readonly lookups_unknown: number;
  /** Processes that ended by a bug of theirs. */
  readonly bugs: number;
  readonly complete: number;
  readonly erased: number;
  readonly reviewed: number;
  readonly lookups: {
    readonly answered: number;
    readonly refused: number;
    /** Of decided items, `unknown` as of an offset before their opening: Redis had stepped back. */
    readonly behind: number;
    readonly failed: number;
  };
  readonly load_ms: number;
  readonly faults: readonly FaultResult[];
  /** Of complete items, from the opening to the decision. */
  readonly latency_ms: Quantiles;
  /** The same for items that no fault touched. */
  readonly latency_without_faults_ms: Quantiles;
  /** Of complete items, from their last part to the decision. */
  readonly join_latency_ms: Quantiles;
  readonly join_latency_without_faults_ms: Quantiles;
  /** Of complete items, from their last part to the acknowledged commit, where its answer was seen. */
  readonly commit_latency_ms: Quantiles;
  readonly commit_latency_without_faults_ms: Quantiles;
  readonly untouched: number;
  readonly checks: readonly Check[];
}

/** What a run gathered. */
export interface Gathered extends Omit<Traces, 'gatewayAnsweredMs'> {
  readonly seed: number;
  readonly startedMs: number;
  readonly loadMs: number;
  readonly acknowledged: ReadonlySet<string>;
  readonly faults: readonly FaultSeen[];
  readonly commits: readonly CommitSeen[];
  readonly visits: Visits;
  /** Processes that ended by a bug. */
  readonly bugs: readonly string[];
}

/** The result, and which versions its counts are about; no contents. */
export interface Findings extends Omit<Ledger, 'opened' | 'decided' | 'completions'> {
  readonly result: ChaosResult;
  readonly late: readonly Completion[];
  readonly visits: Pick<Visits, 'unknown' | 'failed'>;
}

/** Pure. */
export function makeFindings(gathered: Gathered, ledger: Ledger): Findings {
  const { faults, visits, startedMs, decisions, acknowledged } = gathered;
  const recoveries = recoveriesOf(faults, { ...gathered, gatewayAnsweredMs: visits.answeredAtMs });
  const windows = faultWindows(
    faults.map((one, n) => ({ ...one, recoveredMs: recoveries[n] })),
    ledger.completions,
  );
  const late = lateWithoutCause(ledger.completions, windows);
  const opened = new Set(gathered.inputs.filter(({ kind }) => kind === 'opening').map(({ id }) => id));
  const found = {
    seed: gathered.seed,
    opened: ledger.opened,
    decided: ledger.decided,
    lost: ledger.lost.length,
    duplicated: ledger.duplicated.length,
    wrong_inputs: ledger.wrongInputs.length,
    early_timeouts: ledger.earlyTimeouts.length,
    late_unexplained: late.length,
    disordered: ledger.disordered.length,
    unopened: [...acknowledged].filter((id) => !opened.has(id)).length,
    lookups_unknown: visits.unknown.length,
    bugs: gathered.bugs.length,
    complete: ledger.completions.length,
    erased: decisions.filter(({ status }) => status === 'erased').length,
    reviewed: decisions.filter(({ isReview }) => isReview).length,
    lookups: {
      answered: visits.answered,
      refused: visits.refused,
      behind: visits.behind,
      failed: visits.failed.length,
    },
    load_ms: gathered.loadMs,
    faults: faults.map(({ fault, target, brokeMs }, n) => {
      const recoveredMs = recoveries[n];
      return {
        kind: fault.kind,
        target,
        at_ms: brokeMs - startedMs,
        recovered_ms: recoveredMs === undefined ? null : recoveredMs - brokeMs,
      };
    }),
    ...latencies(ledger.completions, gathered.commits, windows),
  };
  const { lost, duplicated, wrongInputs, earlyTimeouts, disordered } = ledger;
  return {
    result: { ...found, checks: checksOf(found) },
    ...{ lost, duplicated, wrongInputs, earlyTimeouts, disordered, late },
    visits: { unknown: visits.unknown, failed: visits.failed },
  };
}

function latencies(
  completions: readonly Completion[],
  commits: readonly CommitSeen[],
  windows: readonly FaultWindow[],
) {
  const committed = committedAt(completions, commits);
  const rows = completions.map((one, n) => ({ ...one, committedMs: committed[n] }));
  const calm = rows.filter(({ openedMs, decidedMs }) => !isTouched(windows, openedMs, decidedMs));
  const whole = ({ openedMs, decidedMs }: Completion) => decidedMs - openedMs;
  const join = ({ lastPartMs, decidedMs }: Completion) => decidedMs - lastPartMs;
  const toCommit = (some: typeof rows) =>
    quantiles(
      some.flatMap(({ committedMs, lastPartMs }) =>
        committedMs === undefined ? [] : [committedMs - lastPartMs],
      ),
    );
  return {
    untouched: calm.length,
    latency_ms: quantiles(rows.map(whole)),
    latency_without_faults_ms: quantiles(calm.map(whole)),
    join_latency_ms: quantiles(rows.map(join)),
    join_latency_without_faults_ms: quantiles(calm.map(join)),
    commit_latency_ms: toCommit(rows),
    commit_latency_without_faults_ms: toCommit(calm),
  };
}

/** The checks of a run: what each one says, and whether it holds. */
function checksOf(found: Omit<ChaosResult, 'checks'>): Check[] {
  const zero = (name: string, count: number): Check => ({ name: `${name}: ${count}`, passed: count === 0 });
  const some = (name: string, count: number): Check => ({ name: `${name}: ${count}`, passed: count > 0 });
  return [
    zero('lost', found.lost),
    zero('duplicated', found.duplicated),
    zero('wrong inputs', found.wrong_inputs),
    zero('early time-outs', found.early_timeouts),
    { ...zero('late without a fault to explain it', found.late_unexplained), isLateness: true },
    zero('out of order', found.disordered),
    zero('acknowledged and never opened', found.unopened),
    zero('decided and looked up as unknown', found.lookups_unknown),
    zero('look-ups and reviews that failed', found.lookups.failed),
    zero('processes that ended by a bug', found.bugs),
    zero('faults without recovery', found.faults.filter((one) => one.recovered_ms === null).length),
    some('complete', found.complete),
    some('erased', found.erased),
    some('reviewed', found.reviewed),
    some('look-ups answered', found.lookups.answered),
  ];
}
