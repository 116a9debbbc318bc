import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@tercet/kit';
import { sha256Of } from './digest.js';

/** `TERCET_MODEL_CACHE`, else `.cache/models` in the repository. */
export function defaultCacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = env['TERCET_MODEL_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return fileURLToPath(new URL('../../../.cache/models', import.meta.url));
}

/** Files known by their sha256. What is read is hashed each time: a changed file is as good as absent. */
export class ModelCache {
  constructor(readonly dir: string) {}

  /** The bytes, or undefined where there is no such file. @throws UnavailableError `model_mismatch`. */
  async read(sha256: string): Promise<Uint8Array | undefined> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.#path(sha256));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new UnavailableError('model_missing', 'the model cache cannot be read', { cause: error });
    }
    if (sha256Of(bytes) !== sha256) {
      throw new UnavailableError('model_mismatch', `the cached file ${sha256} has been changed; delete it`);
    }
    return bytes;
  }

  /** Stores bytes that were verified to have this hash. Atomic: a reader sees all of the file or none. */
  async write(sha256: string, bytes: Uint8Array): Promise<void> {
    await mkdir(join(this.dir, 'sha256'), { recursive: true });
    const staged = join(this.dir, 'sha256', `.${sha256}.${randomUUID()}`);
    try {
      await writeFile(staged, bytes);
      await rename(staged, this.#path(sha256));
    } finally {
      await rm(staged, { force: true });
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#path(sha256), { force: true });
  }

  /** A folder for a download in progress; kept between runs so that it can be resumed. */
  async partialDir(): Promise<string> {
    const dir = join(this.dir, 'partial');
    await mkdir(dir, { recursive: true });
    return dir;
  }

  #path(sha256: string): string {
    return join(this.dir, 'sha256', sha256);
  }
}
