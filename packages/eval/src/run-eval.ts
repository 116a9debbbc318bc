import { readOptions } from './options.js';
import { SUITES } from './suites.js';

const USAGE = 64;

/** Runs one suite; answers the exit code: 0, 1 where a figure misses its promise, 64 where the options are wrong. */
export async function runEval(args: readonly string[]): Promise<number> {
  const asked = readOptions(args, process.env);
  if ('problem' in asked) {
    process.stderr.write(`${asked.problem}\n`);
    return USAGE;
  }
  const { suite, ...options } = asked;
  const load = SUITES[suite];
  return load ? (await load()).run(options) : USAGE;
}
