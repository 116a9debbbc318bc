import { createHash } from 'node:crypto';
import { InvalidInputError, UnavailableError } from './errors.js';

/**
 * Content by its sha256 (lower-case hex). Adapters: `fs-content-store.ts`, `s3-content-store.ts`.
 * Every method throws UnavailableError `content_store_unavailable` where the store does not answer, `deadline` where
 * the signal was aborted first, and InvalidInputError `bad_uri` for a name that is no sha256.
 */
export interface ContentStore {
  /** Stores bytes under their own hash and returns it. Storing the same bytes twice is harmless. */
  put(bytes: Uint8Array, signal?: AbortSignal): Promise<string>;
  /**
   * Reads at most `maxBytes`. Throws InvalidInputError `content_missing` where there is none, `too_large` beyond the
   * limit, and `sha256_mismatch` where what is stored does not have the hash.
   */
  get(sha256: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array>;
  has(sha256: string, signal?: AbortSignal): Promise<boolean>;
  /** Erases; absent content is no error. */
  remove(sha256: string, signal?: AbortSignal): Promise<void>;
}

/** Lower-case hex sha256 of bytes: their name in the store. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whether a name has the form of a lower-case hex sha256. */
export function isSha256(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** Where content lies below a store's root: 256 folders by the first two digits. */
export function contentPath(sha256: string): string {
  if (!isSha256(sha256)) throw new InvalidInputError('bad_uri', 'not a lower-case hex sha256');
  return `${sha256.slice(0, 2)}/${sha256}`;
}

/** Throws `sha256_mismatch` where bytes do not have the hash. */
export function verifyContent(bytes: Uint8Array, sha256: string): Uint8Array {
  if (sha256Hex(bytes) !== sha256)
    throw new InvalidInputError('sha256_mismatch', `${bytes.length} bytes read`);
  return bytes;
}

/** The error for content beyond a limit. */
export function tooLarge(sizeBytes: number, maxBytes: number): InvalidInputError {
  return new InvalidInputError('too_large', `${sizeBytes} bytes, the limit is ${maxBytes}`);
}

/** Throws `deadline` where a signal was aborted before the call. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new UnavailableError('deadline', 'stopped before the content was handled');
}
