import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BugError } from '@tercet/kit';
import type { Mutant } from './mutant.js';
import { MUTANTS } from './mutants.js';
import type { SimulationOptions } from './options.js';

/** Of the repository. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * Builds a mutant beside the real thing: a patched copy of what was built. @returns the folder of the copy.
 * @throws BugError where a patch does not apply exactly once.
 */
export function buildMutant(mutant: Mutant): string {
  const folder = join(ROOT, '.run/mutants', mutant.name);
  const original = join(ROOT, mutant.package ?? 'services/fusion');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const filter = (path: string): boolean => !/\.(map|tsbuildinfo|d\.ts)$/.test(path);
  for (const part of ['dist', 'redis-functions'])
    if (existsSync(join(original, part)))
      cpSync(join(original, part), join(folder, part), { recursive: true, filter });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  symlinkSync(join(original, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of mutant.patches) {
    const path = join(folder, file);
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
  if (!mutant || mutant.package === 'packages/join-state') {
    process.stderr.write(`no such mutant of the simulation: ${options.mutant}\n`);
    return 2;
  }
  const { seed, schedules, only, trace, workers, violations, json } = options;
  const args = ['--seed', seed, '--schedules', schedules, '--workers', workers].map(String);
  args.push('--violations', String(violations));
  if (only !== undefined) args.push('--only', String(only));
  if (trace) args.push('--trace');
  if (json !== undefined) args.push('--json', json);
  return await runSimulationOf(buildMutant(mutant), args, signal, 'inherit');
}

/** Runs the simulation of a built folder. */
export function runSimulationOf(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
  stdio: 'inherit' | 'ignore',
): Promise<number> {
  return runNode([join(folder, 'dist/simulation/main.js'), ...args], signal, stdio);
}

/** Answers the exit code. */
export function runNode(
  args: readonly string[],
  signal: AbortSignal,
  stdio: 'inherit' | 'ignore',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio });
    const end = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', end);
    child.on('error', reject);
    child.on('exit', (code) => {
      signal.removeEventListener('abort', end);
      resolve(code ?? 1);
    });
  });
}
