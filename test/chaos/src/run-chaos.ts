import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UnavailableError } from '@tercet/kit';
import { REPOSITORY } from '@tercet/local';
import { breakAndCount } from './break-and-count.js';
import type { ChaosOptions } from './options.js';
import { renderResult } from './report.js';
import { type Stage, startStage } from './stage.js';

const EXIT = { ok: 0, violation: 1, unavailable: 69, stopped: 130 } as const;

/** One run; resolves with its exit code when everything that it started is gone. */
export async function runChaos(options: ChaosOptions, stop: AbortSignal): Promise<number> {
  const { seed, items, faults, perSecond } = options;
  const dataDir = `${REPOSITORY}/.run/chaos-${seed}-${process.pid}`;
  mkdirSync(dataDir, { recursive: true });
  let keep = true;
  let stage: Stage | undefined;
  try {
    say(`seed ${seed}: ${items} items, ${faults} faults, ${perSecond} items a second`);
    stage = await startStage(dataDir, stop);
    const findings = await breakAndCount(stage, options, say, stop);
    const { late_unexplained: late, checks } = findings.result;
    const failing = checks.filter(({ isLateness }) => options.lateness === 'fail' || !isLateness);
    const result = { ...findings.result, checks: failing };
    if (options.lateness === 'report') say(`late without a fault to explain it: ${late}, reported`);
    process.stdout.write(`\n${renderResult(result)}`);
    const json = `${JSON.stringify(result, undefined, 2)}\n`;
    if (options.json !== undefined) writeFileSync(resolve(options.json), json);
    keep = result.checks.some(({ passed }) => !passed);
    if (!keep) return EXIT.ok;
    writeFileSync(`${dataDir}/evidence.json`, `${JSON.stringify(findings, undefined, 2)}\n`);
    const again = `npm run chaos -- --seed ${seed} --items ${items} --faults ${faults} --rate ${perSecond}`;
    say(`seed ${seed} fails; the same schedule again: ${again}`);
    return EXIT.violation;
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

function say(line: string): void {
  process.stderr.write(`chaos  ${line}\n`);
}
