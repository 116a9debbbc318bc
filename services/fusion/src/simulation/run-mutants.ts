import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildMutant, runBuilt } from './mutant-run.js';
import { MUTANTS, type Mutant } from './mutants.js';

const HELP = `Usage: npm run chaos:mutants -- [--only NAME]... [--schedules N] [--workers W] [--json FILE] [--list]

Takes one safety part off at a time, in a copy of what was built, and runs the simulation against it until it is caught.
  --only        this mutant; may be repeated
  --schedules   how many schedules a mutant may survive; default 40000
  --workers     threads; default: one for each core
  --json        where to write the result
  --list        name the mutants and end
Exit codes: 0 every mutant was caught; 1 one survived; 2 wrong use; 70 a patch no longer applies; 130 stopped.
`;

interface Verdict {
  readonly name: string;
  readonly part: string;
  /** What gave it away; undefined: nothing did. */
  readonly caughtBy: string | undefined;
  readonly schedules: number;
  readonly replay: string | undefined;
}

/** Reads the arguments, runs every mutant they name, and answers the exit code. */
export async function runMutants(
  args: readonly string[],
  cores: number,
  signal: AbortSignal,
): Promise<number> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    only: { ...text, multiple: true },
    schedules: text,
    workers: text,
    json: text,
    list: flag,
    help: { ...flag, short: 'h' },
  } as const;
  let values: ReturnType<typeof parseArgs<{ args: string[]; options: typeof options }>>['values'];
  try {
    values = parseArgs({ args: [...args], options }).values;
    const unknown = values.only?.find((name) => !MUTANTS.some((mutant) => mutant.name === name));
    if (unknown !== undefined) throw new Error(`no such mutant: ${unknown}`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (values.help || values.list) {
    process.stdout.write(values.help ? HELP : MUTANTS.map(({ name, part }) => `${name}: ${part}\n`).join(''));
    return 0;
  }
  const mutants = MUTANTS.filter(({ name }) => values.only?.includes(name) ?? true);
  // All are built first: a patch that no longer applies is told at once.
  const folders = mutants.map(buildMutant);
  const verdicts: Verdict[] = [];
  for (const [n, mutant] of mutants.entries()) {
    const run = ['--schedules', values.schedules ?? '40000', '--workers', values.workers ?? String(cores)];
    const verdict = await tryMutant(mutant, folders[n] as string, run, signal);
    if (signal.aborted) return 130;
    verdicts.push(verdict);
    const { name, caughtBy, schedules, replay } = verdict;
    console.log(`${caughtBy === undefined ? 'SURVIVED' : 'caught'}  ${name}, after ${schedules} schedules`);
    if (caughtBy !== undefined) console.log(`          ${caughtBy}\n          ${replay}`);
  }
  const survivors = verdicts.filter(({ caughtBy }) => caughtBy === undefined).length;
  console.log(`${verdicts.length - survivors} mutants caught, ${survivors} survived`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(verdicts, null, 2)}\n`);
  return survivors === 0 ? 0 : 1;
}

async function tryMutant(
  mutant: Mutant,
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Verdict> {
  const json = join(folder, 'result.json');
  rmSync(json, { force: true });
  mkdirSync(dirname(json), { recursive: true });
  await runBuilt(folder, ['--seed', '1', '--violations', '1', '--json', json, ...args], signal, true);
  const { name, part } = mutant;
  const result = JSON.parse(readFileSync(json, 'utf8')) as {
    schedules: number;
    violations: { schedule: number; what: string }[];
  };
  const [first] = result.violations;
  return {
    name,
    part,
    caughtBy: first?.what,
    schedules: result.schedules,
    replay: first && `npm run sim -- --mutant ${name} --seed 1 --only ${first.schedule} --trace`,
  };
}
