import { readOptions } from './options.js';
import { SUITES } from './suites.js';

const USAGE = 64;

/**
 * Runs one suite, or decides the lines of a file; answers the exit code: 0, 1 where a figure of a suite misses its promise,
 * 64 where the options are wrong, 69 where something is missing on this machine.
 */
export async function runEval(args: readonly string[]): Promise<number> {
  const asked = readOptions(args, process.env);
  switch (asked.kind) {
    case 'problem':
      process.stderr.write(`${asked.problem}\n`);
      return USAGE;
    case 'data': {
      const { runData } = await import('./data/run-data.js');
      return runData(asked, process.env);
    }
    case 'suite': {
      const { suite, ...options } = asked;
      const load = SUITES[suite];
      return load ? (await load()).run(options) : USAGE;
    }
  }
}
