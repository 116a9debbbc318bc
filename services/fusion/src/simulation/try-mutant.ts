import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant.js';
import { ROOT, runNode, runSimulationOf } from './mutant-run.js';

export interface Verdict {
  readonly name: string;
  readonly part: string;
  /** What gave it away; undefined: nothing did. */
  readonly caughtBy: string | undefined;
  readonly schedules: number | undefined;
  readonly replay: string | undefined;
}

/** Runs what must catch a mutant that was built into a folder. `args` are those of the simulation. */
export async function tryMutant(
  mutant: Mutant,
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Verdict> {
  const json = join(folder, 'result.json');
  rmSync(json, { force: true });
  if (mutant.package === 'packages/join-state') return await compare(mutant, folder, json, signal);
  await runSimulationOf(
    folder,
    ['--seed', '1', '--violations', '1', '--json', json, ...args],
    signal,
    'ignore',
  );
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

const COMPARING = ['join-model', 'redis-ownership'].map((name) => `services/fusion/src/${name}.test.ts`);

/** The tests that hold the Functions on a real Redis against the model, with the patched Functions in their place. */
async function compare(
  { name, part }: Mutant,
  folder: string,
  json: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const config = join(folder, 'vitest.config.mjs');
  const alias = { '@tercet/join-state': join(folder, 'dist/index.js') };
  const test = { include: COMPARING, testTimeout: 60_000, hookTimeout: 60_000 };
  writeFileSync(config, `export default ${JSON.stringify({ root: ROOT, resolve: { alias }, test })};\n`);
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporting = ['--reporter=json', `--outputFile=${json}`];
  await runNode([vitest, 'run', '--config', config, ...reporting], signal, 'ignore');
  const { testResults } = JSON.parse(readFileSync(json, 'utf8')) as {
    testResults: { assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[];
  };
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed');
  // A file that cannot even be loaded has no failed test, and shows nothing.
  const [first] = failed;
  return { name, part, caughtBy: first?.fullName, schedules: undefined, replay: undefined };
}
