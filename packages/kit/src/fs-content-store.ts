import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type ContentStore,
  contentPath,
  sha256Hex,
  throwIfStopped,
  tooLarge,
  verifyContent,
} from './content-store.js';
import { InvalidInputError, UnavailableError } from './errors.js';

export interface FsContentStoreOptions {
  /** Sync each file before it gets its name. */
  readonly sync: boolean;
}

/**
 * Content in a folder, for one machine.
 *
 * A file is written under a temporary name and renamed, so that a name never stands for half of the content while the
 * machine runs. Files are synced only where asked for (`file:///folder?sync=true`; some 5 ms a file on an ordinary
 * disk), since what a Kafka broker acknowledges is not synced either: without it a power cut may lose the newest
 * content, or leave a file that its hash betrays. Storing again writes again: retention by age counts from the last use.
 */
export class FsContentStore implements ContentStore {
  constructor(
    private readonly root: string,
    private readonly options: FsContentStoreOptions = { sync: false },
  ) {}

  async put(bytes: Uint8Array, signal?: AbortSignal): Promise<string> {
    throwIfStopped(signal);
    const sha256 = sha256Hex(bytes);
    const path = this.#path(sha256);
    try {
      await this.#write(path, bytes);
      return sha256;
    } catch (error) {
      throw unavailable('write', error);
    }
  }

  async get(sha256: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    throwIfStopped(signal);
    const path = this.#path(sha256);
    const bytes = await readAtMost(path, maxBytes);
    return verifyContent(bytes, sha256);
  }

  async has(sha256: string, signal?: AbortSignal): Promise<boolean> {
    throwIfStopped(signal);
    try {
      return (await sizeOf(this.#path(sha256))) !== undefined;
    } catch (error) {
      throw unavailable('stat', error);
    }
  }

  async remove(sha256: string, signal?: AbortSignal): Promise<void> {
    throwIfStopped(signal);
    const path = this.#path(sha256);
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw unavailable('remove', error);
    }
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    try {
      await writeAtomically(path, bytes, this.options.sync);
    } catch (error) {
      // Folders are made when they are missed: asking first costs as much as the write itself.
      if (!isMissing(error)) throw error;
      await mkdir(dirname(path), { recursive: true });
      await writeAtomically(path, bytes, this.options.sync);
    }
  }

  #path(sha256: string): string {
    return join(this.root, contentPath(sha256));
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function writeAtomically(path: string, bytes: Uint8Array, sync: boolean): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o640);
    try {
      await file.writeFile(bytes);
      if (sync) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function readAtMost(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > maxBytes) throw tooLarge(size, maxBytes);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    if (isMissing(error)) throw new InvalidInputError('content_missing', 'not in the content store');
    throw unavailable('read', error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unavailable(what: string, cause: unknown): UnavailableError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'error';
  return new UnavailableError('content_store_unavailable', `${what}: ${code}`, { cause });
}
