import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildMutant } from './mutant-run.js';
import { MUTANTS } from './mutants.js';
import { tryMutant, type Verdict } from './try-mutant.js';

const HELP = `Usage: npm run chaos:mutants -- [--only NAME]... [--schedules N] [--workers W] [--json FILE] [--list]

Takes one safety part off at a time, in a copy of what was built, and runs the simulation against it until it is caught;
of the Functions in Redis, the tests that compare them with the model.
  --only        this mutant; may be repeated
  --schedules   how many schedules a mutant may survive; default 40000
  --workers     threads; default: one for each core
  --json        where to write the result
  --list        name the mutants and end
Exit codes: 0 every mutant was caught; 1 one survived; 2 wrong use; 70 a patch no longer applies; 130 stopped.
`;

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
    say(verdict);
  }
  const survivors = verdicts.filter(({ caughtBy }) => caughtBy === undefined).length;
  console.log(`${verdicts.length - survivors} mutants caught, ${survivors} survived`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(verdicts, null, 2)}\n`);
  return survivors === 0 ? 0 : 1;
}

function say({ name, caughtBy, schedules, replay }: Verdict): void {
  const after = schedules === undefined ? '' : `, after ${schedules} schedules`;
  console.log(`${caughtBy === undefined ? 'SURVIVED' : 'caught'}  ${name}${after}`);
  if (caughtBy !== undefined) console.log(`          ${caughtBy}`);
  if (replay !== undefined) console.log(`          ${replay}`);
}
