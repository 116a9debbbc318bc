import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BugError } from '@tercet/kit';
import { MUTANTS, type Mutant } from './mutants.js';
import type { SimulationOptions } from './options.js';

const built = fileURLToPath(new URL('..', import.meta.url));
const fusion = join(built, '..');
const home = join(fusion, '../../.run/mutants');

/**
 * Builds a mutant beside the real thing: a patched copy of what was built. @returns the folder of the copy.
 * @throws BugError where a patch does not apply exactly once.
 */
export function buildMutant(mutant: Mutant): string {
  const folder = join(home, mutant.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(built, join(folder, 'dist'), {
    recursive: true,
    filter: (path) => !/\.(map|tsbuildinfo|d\.ts)$/.test(path),
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  symlinkSync(join(fusion, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of mutant.patches) {
    const path = join(folder, 'dist', file);
    const text = readFileSync(path, 'utf8');
    const found = text.split(from).length - 1;
    if (found !== 1)
      throw new BugError(
        `mutant ${mutant.name}: its patch of ${file} no longer applies, ${found} places match`,
      );
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }
  return folder;
}

/** Runs the simulation of a mutant with the same options; answers its exit code. */
export async function runMutant(options: SimulationOptions, signal: AbortSignal): Promise<number> {
  const mutant = MUTANTS.find(({ name }) => name === options.mutant);
  if (!mutant) {
    process.stderr.write(
      `no such mutant: ${options.mutant}; there are ${MUTANTS.map(({ name }) => name).join(', ')}\n`,
    );
    return 2;
  }
  const { seed, schedules, only, trace, workers, violations, json } = options;
  const args = ['--seed', seed, '--schedules', schedules, '--workers', workers].map(String);
  args.push('--violations', String(violations));
  if (only !== undefined) args.push('--only', String(only));
  if (trace) args.push('--trace');
  if (json !== undefined) args.push('--json', json);
  return await runBuilt(buildMutant(mutant), args, signal);
}

/** Runs `simulation/main.js` of a built folder. */
export function runBuilt(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
  quiet = false,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder, 'dist/simulation/main.js'), ...args], {
      stdio: quiet ? ['ignore', 'ignore', 'ignore'] : 'inherit',
    });
    const end = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', end);
    child.on('error', reject);
    child.on('exit', (code) => {
      signal.removeEventListener('abort', end);
      resolve(code ?? 1);
    });
  });
}
