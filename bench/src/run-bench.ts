import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchDashboard } from './dashboard/bench-dashboard.js';
import { benchE2e } from './e2e/bench-e2e.js';
import { benchEncoder } from './encoder/bench-encoder.js';
import { benchFootprint } from './footprint/bench-footprint.js';
import { benchFusion } from './fusion/bench-fusion.js';
import { benchGrowth } from './growth/bench-growth.js';
import { benchDeadline } from './join/bench-deadline.js';
import { benchJoinLatency } from './join/bench-join-latency.js';
import { benchTakeover } from './join/bench-takeover.js';
import { benchLookup } from './lookup/bench-lookup.js';
import { printResult } from './print-result.js';
import type { BenchResult, Effort } from './result.js';

const SUITES: Readonly<Record<string, (effort: Effort) => Promise<BenchResult>>> = {
  encoder: benchEncoder,
  e2e: benchE2e,
  footprint: benchFootprint,
  fusion: benchFusion,
  growth: benchGrowth,
  lookup: benchLookup,
  dashboard: benchDashboard,
  'join-latency': benchJoinLatency,
  takeover: benchTakeover,
  deadline: benchDeadline,
};

const HELP = `npm run bench -- --suite NAME [--quick] [--json FILE]

  --suite   ${Object.keys(SUITES).join(', ')}
  --quick   fewer items and rounds: minutes at most, with a wider spread
  --json    also write the figures to FILE
`;

/** Reads the command line, runs a suite and prints it. Answers the exit code: 64 for a wrong command line. */
export async function runBench(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    process.stderr.write(HELP);
    return 64;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const result = await options.run(options.quick ? 'quick' : 'full');
  printResult(result);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  return 0;
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        suite: { type: 'string' },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const run = SUITES[values.suite ?? ''];
    if (!run && !values.help) throw new TypeError(`no suite is called '${values.suite ?? ''}'`);
    return { ...values, run: run ?? benchEncoder };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n`);
    return undefined;
  }
}
