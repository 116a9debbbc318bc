import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_PARTITIONS } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import { REPOSITORY } from '@tercet/local';
import { makeContents } from './contents.js';
import { holdAgainst, type Ledger } from './ledger.js';
import { sendLoad } from './load.js';
import type { ChaosOptions } from './options.js';
import { LogReader } from './read-log.js';
import { type ChaosResult, checks, makeResult } from './result.js';
import { runFaults } from './run-faults.js';
import { planFaults } from './schedule.js';
import { type Stage, startStage } from './stage.js';

const EXIT = { ok: 0, violation: 1, unavailable: 69, stopped: 130 } as const;
const DRAIN_LIMIT_MS = 120_000;
/** After the last decision: longer than the longest window, so that a second decision would show. */
const QUIET_MS = 12_000;
const PROGRESS_MS = 2000;

/** One run; resolves with its exit code when everything that it started is gone. */
export async function runChaos(options: ChaosOptions, stop: AbortSignal): Promise<number> {
  const dataDir = `${REPOSITORY}/.run/chaos-${options.seed}-${process.pid}`;
  mkdirSync(dataDir, { recursive: true });
  let keep = true;
  let stage: Stage | undefined;
  try {
    say(`seed ${options.seed}: ${options.items} items, ${options.faults} faults`);
    stage = await startStage(dataDir, stop);
    const { result, ledger } = await breakAndCount(stage, options, stop);
    const outcome = checks(result);
    for (const { name, passed } of outcome) process.stdout.write(`${passed ? 'ok' : 'FAILED'}  ${name}\n`);
    const json = JSON.stringify(result, undefined, 2);
    process.stdout.write(`${json}\n`);
    if (options.json !== undefined) writeFileSync(resolve(options.json), `${json}\n`);
    keep = outcome.some(({ passed }) => !passed);
    if (keep) writeFileSync(`${dataDir}/evidence.json`, evidence(ledger, result));
    return keep ? EXIT.violation : EXIT.ok;
  } catch (error) {
    if (stop.aborted) {
      keep = false;
      return EXIT.stopped;
    }
    if (!(error instanceof UnavailableError)) throw error;
    say(error.message);
    return EXIT.unavailable;
  } finally {
    await stage?.[Symbol.asyncDispose]();
    if (keep) say(`logs and evidence: ${dataDir}`);
    else rmSync(dataDir, { recursive: true, force: true });
  }
}

async function breakAndCount(
  stage: Stage,
  { seed, items, faults, perSecond }: ChaosOptions,
  stop: AbortSignal,
): Promise<{ result: ChaosResult; ledger: Ledger }> {
  const contents = await makeContents(seed);
  const plan = planFaults({ seed, faults, loadMs: (items / perSecond) * 1000 });
  const acknowledged = new Set<string>();
  // A failed part ends the others.
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  const startedMs = Date.now();
  const load = sendLoad(stage.bus, contents, { seed, items, perSecond, signal }, acknowledged);
  const breaking = runFaults(stage, plan, say, signal);
  const progress = watch(stage, acknowledged, Promise.allSettled([load, breaking]), signal);
  const outcomes = await Promise.allSettled(
    [load, breaking, progress].map((one) =>
      one.catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw failed.signal.reason;
  stop.throwIfAborted();
  const seen = await breaking;
  await delay(QUIET_MS, undefined, { signal: stop });
  // From the start again, apart from what was read under faults.
  await using log = await LogReader.open(stage.bus, DEFAULT_PARTITIONS.join);
  await log.advance();
  const ledger = holdAgainst(log.inputs, log.decisions);
  return { result: makeResult(seed, startedMs, acknowledged, log, ledger, seen), ledger };
}

/** Reads along for the progress line; resolves when all that was sent is decided, or the drain took too long. */
async function watch(
  stage: Stage,
  acknowledged: ReadonlySet<string>,
  sending: Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  let log: LogReader | undefined;
  let sentAt: number | undefined;
  void sending.then(() => {
    sentAt = performance.now();
  });
  while (!signal.aborted) {
    try {
      log ??= await LogReader.open(stage.bus, DEFAULT_PARTITIONS.join);
      await log.advance();
      const { opened, decided, lost, duplicated } = holdAgainst(log.inputs, log.decisions);
      const wait = sentAt === undefined ? '' : ', draining';
      say(
        `sent ${acknowledged.size}, opened ${opened}, decided ${decided}, repeated ${duplicated.length}${wait}`,
      );
      if (sentAt !== undefined && opened >= acknowledged.size && lost.length === 0) break;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    }
    if (sentAt !== undefined && performance.now() - sentAt > DRAIN_LIMIT_MS) break;
    await delay(PROGRESS_MS);
  }
  await log?.[Symbol.asyncDispose]();
}

/** Which versions, and where on the log; no contents. */
function evidence(ledger: Ledger, result: ChaosResult): string {
  const { lost, duplicated, wrongInputs, earlyTimeouts, disordered } = ledger;
  const found = { lost, duplicated, wrongInputs, earlyTimeouts, disordered };
  return `${JSON.stringify({ ...found, result }, undefined, 2)}\n`;
}

function say(line: string): void {
  process.stderr.write(`chaos  ${line}\n`);
}
