import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '@tercet/local';
import type { BenchResult } from '../result.js';

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** A built tree of one revision. */
export interface Revision {
  readonly name: string;
  readonly folder: string;
}

/** A work tree of a revision below the cache, installed and built; it is kept, so that a second comparison is quick. */
export async function buildRevision(name: string, report: (line: string) => void): Promise<Revision> {
  const git = (...args: string[]) => run('git', args, { cwd: REPOSITORY });
  const commit = (await git('rev-parse', '--verify', `${name}^{commit}`)).stdout.trim();
  const folder = join(REPOSITORY, '.cache/compare', commit.slice(0, 12));
  if (!existsSync(join(folder, 'bench/dist/main.js'))) {
    report(`building ${name} (${commit.slice(0, 12)})`);
    if (!existsSync(folder)) {
      await mkdir(join(REPOSITORY, '.cache/compare'), { recursive: true });
      await git('worktree', 'prune');
      await git('worktree', 'add', '--detach', folder, commit);
    }
    // Jars and models are pinned by each revision's own locks and verified when they are opened.
    const cache = join(folder, '.cache');
    if (!existsSync(cache)) await symlink(join(REPOSITORY, '.cache'), cache);
    const inside = { cwd: folder, maxBuffer: MAX_OUTPUT_BYTES };
    await run('pnpm', ['install', '--frozen-lockfile'], inside);
    await run('pnpm', ['build'], inside);
  }
  return { name, folder };
}

/** One run of a suite by a revision's own bench. */
export async function runSuite(
  { folder }: Revision,
  suite: string,
  quick: boolean,
  file: string,
): Promise<BenchResult> {
  const args = ['bench/dist/main.js', '--suite', suite, ...(quick ? ['--quick'] : []), '--json', file];
  await run(process.execPath, args, { cwd: folder, maxBuffer: MAX_OUTPUT_BYTES });
  return JSON.parse(await readFile(file, 'utf8')) as BenchResult;
}
