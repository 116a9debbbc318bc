import { parseArgs } from 'node:util';

export interface SimulationOptions {
  readonly seed: number;
  readonly schedules: number;
  /** Only this schedule of the seed. */
  readonly only: number | undefined;
  readonly trace: boolean;
  readonly workers: number;
  /** Ends after so many. */
  readonly violations: number;
  readonly json: string | undefined;
  readonly mutant: string | undefined;
}

const HELP = `Usage: npm run sim -- [--seed S] [--schedules N] [--only K] [--trace] [--workers W] [--violations V]
                      [--json FILE] [--mutant NAME]

Runs the owners of fusion's partitions over a broker and a Redis in memory, through N schedules of load and faults that
the seed decides, and holds each against the promise of docs/join.md.
  --seed        whole number from 0; default 1
  --schedules   how many; default 100000
  --only        only schedule K of the seed, as a violation names it; the same steps again
  --trace       print every step of the schedule; with --only
  --workers     threads; default: one for each core
  --violations  stop after so many violations; default 5
  --json        where to write the result
  --mutant      with one safety part taken off; npm run chaos:mutants -- --list names them
Exit codes: 0 no violation; 1 a violation, with the command that replays it; 2 wrong use; 130 stopped.
`;

/** The options, or the exit code with which to end. */
export function readOptions(
  args: readonly string[],
  cores: number,
): SimulationOptions | { readonly exitCode: number } {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: text,
        schedules: text,
        only: text,
        trace: flag,
        workers: text,
        violations: text,
        json: text,
        mutant: text,
        help: { ...flag, short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return { exitCode: 0 };
    }
    const only = values.only === undefined ? undefined : wholeNumber('--only', values.only, 0, 0);
    if (values.trace && only === undefined) throw new Error('--trace wants --only');
    return {
      seed: wholeNumber('--seed', values.seed, 1, 0),
      schedules: wholeNumber('--schedules', values.schedules, 100_000, 1),
      only,
      trace: values.trace === true,
      workers: wholeNumber('--workers', values.workers, cores, 1),
      violations: wholeNumber('--violations', values.violations, 5, 1),
      json: values.json,
      mutant: values.mutant,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return { exitCode: 2 };
  }
}

function wholeNumber(name: string, given: string | undefined, fallback: number, least: number): number {
  const value = given === undefined ? fallback : Number(given);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${name} wants a whole number from ${least}`);
}
