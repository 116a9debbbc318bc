import { setTimeout as delay } from 'node:timers/promises';
import { connectGateway } from '@tercet/client';
import { UnavailableError } from '@tercet/kit';
import { LONGEST_WINDOW_MS, makeContents } from './contents.js';
import { holdAgainst } from './ledger.js';
import { loadLengthMs, sendLoad } from './load.js';
import type { ChaosOptions } from './options.js';
import { LogReader, WholeLog } from './read-log.js';
import { type Findings, makeFindings } from './result.js';
import { runFaults } from './run-faults.js';
import { planFaults } from './schedule.js';
import { PARTITIONS, type Stage } from './stage.js';
import { Tally } from './tally.js';
import { noVisits, visit } from './visitor.js';

const DRAIN_LIMIT_MS = 120_000;
/** After the last decision: longer than the longest window, so that a second decision would show. */
const QUIET_MS = LONGEST_WINDOW_MS + 2000;
const PROGRESS_MS = 3000;

/** Load, faults and callers against a stage; then the whole logs against each other. */
export async function breakAndCount(
  stage: Stage,
  { seed, items, faults: count, perSecond }: ChaosOptions,
  report: (line: string) => void,
  stop: AbortSignal,
): Promise<Findings> {
  const contents = await makeContents(seed);
  const plan = planFaults({ seed, faults: count, loadMs: loadLengthMs(items, perSecond) });
  const acknowledged = new Set<string>();
  const tally = new Tally();
  const visits = noVisits();
  // A failed part ends the others.
  const failed = new AbortController();
  const settled = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  using gateway = connectGateway(stage.grpcAddress);
  const startedMs = Date.now();
  const options = { seed, contents, partitions: PARTITIONS.join, items, perSecond, signal };
  let loadMs = 0;
  const load = sendLoad(stage.bus, gateway, options, acknowledged).then(() => {
    loadMs = Date.now() - startedMs;
  });
  const breaking = runFaults(stage, plan, report, signal);
  const sending = Promise.allSettled([load, breaking]);
  const progress = follow(stage, tally, acknowledged, sending, report, signal).finally(() => settled.abort());
  const visiting = visit(
    gateway,
    seed,
    tally.decidedItems,
    visits,
    AbortSignal.any([signal, settled.signal]),
  );
  await Promise.allSettled(
    [load, breaking, progress, visiting].map((one) =>
      one.catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  stop.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  await delay(QUIET_MS, undefined, { signal: stop });
  // From the start again, apart from what was read under faults.
  const log = new WholeLog();
  await using reader = await LogReader.open(stage.bus, PARTITIONS.join, log);
  await reader.advance();
  const ledger = holdAgainst(log.inputs, log.decisions);
  const commits = [...stage.processes.values()].flatMap(({ transactions }) => transactions.commits);
  const faults = await breaking;
  const { inputs, decisions } = log;
  const gathered = {
    seed,
    startedMs,
    loadMs,
    acknowledged,
    faults,
    commits,
    visits,
    bugs: stage.bugs,
    inputs,
    decisions,
  };
  return makeFindings(gathered, ledger);
}

/** Reads along; resolves when all that was sent is decided, or the drain took too long. */
async function follow(
  stage: Stage,
  tally: Tally,
  acknowledged: ReadonlySet<string>,
  sending: Promise<unknown>,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let log: LogReader | undefined;
  let sentAt: number | undefined;
  void sending.then(() => {
    sentAt = performance.now();
  });
  while (!signal.aborted) {
    try {
      log ??= await LogReader.open(stage.bus, PARTITIONS.join, tally);
      await log.advance();
      const { opened, decided, repeated } = tally;
      const state = sentAt === undefined ? '' : ', draining';
      report(`sent ${acknowledged.size}, opened ${opened}, decided ${decided}, repeated ${repeated}${state}`);
      if (sentAt !== undefined && opened >= acknowledged.size && tally.isSettled) break;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    }
    if (sentAt !== undefined && performance.now() - sentAt > DRAIN_LIMIT_MS) break;
    await delay(PROGRESS_MS, undefined, { signal }).catch(() => undefined);
  }
  await log?.[Symbol.asyncDispose]();
}
