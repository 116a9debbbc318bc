import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '@tercet/kit';

/** One file of a model hub's repository at a fixed revision. */
export interface HubFile {
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface HubOptions {
  /** Base address of the hub, without a trailing slash. */
  readonly endpoint: string;
  /** Folder of unfinished downloads. */
  readonly partialDir: string;
  readonly maxAttempts: number;
  /** First pause between attempts; it doubles. */
  readonly retryDelayMs: number;
  /** Longest silence of the hub. */
  readonly idleTimeoutMs: number;
  readonly onBytes?: (bytes: number) => void;
}

/** What ends the download for good, whatever is tried again. */
class Refused extends Error {
  constructor(readonly error: UnavailableError) {
    super(error.message);
  }
}

/**
 * Streams a file from a hub to disk, hashing it; a broken transfer is resumed where it stopped (HTTP Range), across
 * runs too. The address is `endpoint/repository/resolve/revision/path`, the layout of the Hugging Face hub.
 *
 * @throws UnavailableError `model_mismatch` where size or sha256 are not the pinned ones (the download is deleted),
 *   `model_missing` where the hub has no such file or does not answer after `maxAttempts`.
 */
export async function fetchHubFile(file: HubFile, options: HubOptions): Promise<Uint8Array> {
  const partial = join(options.partialDir, file.sha256);
  let lastError: unknown;
  for (let attempt = 0; attempt < options.maxAttempts; attempt += 1) {
    if (attempt > 0) await delay(options.retryDelayMs * 2 ** (attempt - 1));
    try {
      await resume(file, partial, options);
      return await verified(file, partial);
    } catch (error) {
      if (error instanceof Refused) throw error.error;
      lastError = error;
    }
  }
  throw new UnavailableError('model_missing', `the hub did not deliver ${name(file)}`, { cause: lastError });
}

async function resume(file: HubFile, partial: string, options: HubOptions): Promise<void> {
  const handle = await open(partial, 'a+');
  try {
    const have = (await handle.stat()).size;
    if (have === file.bytes) return;
    if (have > file.bytes) await handle.truncate(0);
    await stream(file, handle, have > file.bytes ? 0 : have, options);
  } finally {
    await handle.close();
  }
}

async function stream(file: HubFile, handle: FileHandle, have: number, options: HubOptions): Promise<void> {
  const address = `${options.endpoint}/${file.repository}/resolve/${file.revision}/${file.path}`;
  const abort = new AbortController();
  const watchdog = setTimeout(() => abort.abort(), options.idleTimeoutMs);
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (have > 0) headers['range'] = `bytes=${have}-`;
    const response = await fetch(address, { headers, signal: abort.signal });
    let at = await startOf(response, handle, have, file);
    if (response.body === null) throw new Error('no body');
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      watchdog.refresh();
      at += chunk.byteLength;
      if (at > file.bytes) {
        await handle.truncate(0);
        throw mismatch(`${name(file)} is longer than its pinned ${file.bytes} bytes`);
      }
      await handle.appendFile(chunk);
      options.onBytes?.(at);
    }
    if (at < file.bytes) throw new Error(`the transfer ended at ${at} of ${file.bytes} bytes`);
  } finally {
    clearTimeout(watchdog);
    abort.abort();
  }
}

/** Where the body's first byte belongs. */
async function startOf(response: Response, handle: FileHandle, have: number, file: HubFile): Promise<number> {
  if (response.status === 206) {
    if (response.headers.get('content-range')?.startsWith(`bytes ${have}-`)) return have;
    await handle.truncate(0);
    throw new Error('the hub resumed at another place');
  }
  if (response.status === 200) {
    await handle.truncate(0);
    return 0;
  }
  if (response.status === 416) await handle.truncate(0);
  if (
    response.status === 429 ||
    response.status === 408 ||
    response.status === 416 ||
    response.status >= 500
  ) {
    throw new Error(`status ${response.status}`);
  }
  throw new Refused(
    new UnavailableError('model_missing', `the hub answered ${response.status} for ${name(file)}`),
  );
}

async function verified(file: HubFile, partial: string): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(partial)) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== file.sha256) {
    await rm(partial, { force: true });
    throw mismatch(`${name(file)} does not have its pinned sha256`);
  }
  const bytes = await readFile(partial);
  await rm(partial, { force: true });
  return bytes;
}

function mismatch(detail: string): Refused {
  return new Refused(new UnavailableError('model_mismatch', detail));
}

function name(file: HubFile): string {
  return `${file.repository}/${file.path}`;
}
