import { parseArgs } from 'node:util';
import { isProfileName, PROFILES } from './profiles.js';

export interface ChaosOptions {
  readonly seed: number;
  readonly items: number;
  readonly faults: number;
  readonly perSecond: number;
  readonly json: string | undefined;
  /** A late decision is a figure of the machine too: it fails the run, or is only reported. */
  readonly lateness: 'fail' | 'report';
}

const HELP = `Usage: npm run chaos -- [--profile smoke|ci|soak] [--seed S] [--items N] [--faults F] [--json FILE]

Runs the real services on a real Kafka and Redis under load, breaks them by a schedule that the seed decides, and
holds every opened item version against the committed decisions.
  --profile   ${Object.entries(PROFILES)
    .map(([name, { items, faults }]) => `${name}: ${items} items, ${faults} faults`)
    .join('; ')}. Default: smoke
  --seed      whole number from 0; default 1
  --items     item versions to send
  --faults    faults to inject
  --rate      items a second
  --json      where to write the result
  --lateness  fail (default) or report: whether a late decision that no fault explains fails the run
Exit codes: 0 nothing lost, duplicated, fed wrong inputs or timed out early; 1 a violation, with the evidence kept;
2 wrong use; 69 something did not come up; 130 stopped.
`;

/** The options, or the exit code with which to end. */
export function readOptions(args: readonly string[]): ChaosOptions | { readonly exitCode: number } {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        profile: text,
        seed: text,
        items: text,
        faults: text,
        rate: text,
        json: text,
        lateness: text,
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return { exitCode: 0 };
    }
    const name = values.profile ?? 'smoke';
    if (!isProfileName(name)) throw new Error(`no such profile: ${name}`);
    const profile = PROFILES[name];
    return {
      seed: wholeNumber('--seed', values.seed, 1, 0),
      items: wholeNumber('--items', values.items, profile.items, 1),
      faults: wholeNumber('--faults', values.faults, profile.faults, 0),
      perSecond: wholeNumber('--rate', values.rate, profile.perSecond, 1),
      json: values.json,
      lateness: lateness(values.lateness ?? 'fail'),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return { exitCode: 2 };
  }
}

function lateness(given: string): 'fail' | 'report' {
  if (given === 'fail' || given === 'report') return given;
  throw new Error('--lateness wants fail or report');
}

function wholeNumber(name: string, given: string | undefined, fallback: number, least: number): number {
  const value = given === undefined ? fallback : Number(given);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${name} wants a whole number from ${least}`);
}
