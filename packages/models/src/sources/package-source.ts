import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UnavailableError } from '@tercet/kit';
import { list } from 'tar';
import { largestFile, PROGRESS_EVERY_MS } from './staging-size.js';

const run = promisify(execFile);

/** Enough for 100 MB on a slow line; npm's own retries lie inside it. */
const MAX_FETCH_MS = 15 * 60_000;
const MAX_ATTEMPTS = 3;

/**
 * Downloads a package with the machine's own npm client, so that its registry, proxy and certificates apply, and
 * returns the files asked for. No script of the package runs, none of its dependencies is installed, and no other
 * file of it is written outside the staging folder, which is deleted.
 *
 * @param spec `name@version`.
 * @param paths Paths inside the package.
 * @param stagingRoot Folder to stage in.
 * @param onBytes Told now and then how many bytes lie on disk; npm itself tells nothing while it downloads.
 * @throws UnavailableError `model_missing`.
 */
export async function fetchPackageFiles(
  spec: string,
  paths: readonly string[],
  stagingRoot: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<Map<string, Uint8Array>> {
  const staging = await mkdtemp(join(stagingRoot, 'package-'));
  const watch = setInterval(() => void largestFile(staging).then(onBytes), PROGRESS_EVERY_MS);
  try {
    await pack(spec, staging).finally(() => clearInterval(watch));
    const tarball = (await readdir(staging)).find((entry) => entry.endsWith('.tgz'));
    if (tarball === undefined) throw missing(`npm gave no archive for ${spec}`);
    const found = await extract(join(staging, tarball), paths);
    for (const path of paths) if (!found.has(path)) throw missing(`${spec} holds no ${path}`);
    return found;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function pack(spec: string, staging: string): Promise<void> {
  const args = ['pack', spec, '--ignore-scripts', '--loglevel', 'error', '--pack-destination', staging];
  // A cache of its own: the home folder may be read-only, and the archive is not wanted twice.
  args.push('--cache', join(staging, 'npm-cache'));
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run('npm', args, { timeout: MAX_FETCH_MS });
      return;
    } catch (cause) {
      if (attempt === MAX_ATTEMPTS) throw missing(`npm pack ${spec} failed${reason(cause)}`, cause);
    }
  }
}

/** npm's own error code, such as ENOTFOUND or E404; its whole message would name registries. */
function reason(error: unknown): string {
  const { stderr, code } = error as { stderr?: string; code?: string | number };
  const named = /npm (?:error|ERR!) code (\w+)/.exec(stderr ?? '')?.[1];
  return ` (${named ?? code ?? 'killed'})`;
}

async function extract(tarball: string, paths: readonly string[]): Promise<Map<string, Uint8Array>> {
  const wanted = new Set(paths);
  const found = new Map<string, Uint8Array>();
  await list({
    file: tarball,
    onReadEntry(entry) {
      const path = entry.path.slice(entry.path.indexOf('/') + 1);
      if (!wanted.has(path) || entry.type !== 'File') {
        entry.resume();
        return;
      }
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      entry.on('end', () => found.set(path, Buffer.concat(chunks)));
    },
  });
  return found;
}

function missing(detail: string, cause?: unknown): UnavailableError {
  return new UnavailableError('model_missing', detail, cause === undefined ? {} : { cause });
}
