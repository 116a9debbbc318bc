import { setTimeout as delay } from 'node:timers/promises';
import type { ContentRef } from '@tercet/contracts';
import { contentLength, readBody } from './content-body.js';
import { type ContentStore, throwIfStopped, tooLarge, verifyContent } from './content-store.js';
import { BugError, InvalidInputError, UnavailableError } from './errors.js';
import { checkAddress } from './fetcher-address.js';
import { fetchHttps, statusError } from './fetcher-https.js';
import { createS3Request, type S3Request, s3Settings } from './s3-client.js';

/** What the fetcher may reach, and for how long. */
export interface FetcherOptions {
  /** Host names of `https://` addresses and buckets of `s3://` ones; everything else is `uri_not_allowed`. */
  readonly allow: readonly string[];
  /** Largest content, whichever way it comes. */
  readonly maxBytes: number;
  /** For one attempt, from the look-up of the name to the last byte. */
  readonly timeoutMs: number;
  /** Attempts at an address that does not answer, or answers 408, 429 or 5xx. Default 3. */
  readonly maxAttempts?: number;
  /** Wait before the second attempt; doubled before each further one. Default 200. */
  readonly retryDelayMs?: number;
  /** Where content without an address lies. */
  readonly store?: ContentStore;
  /** Lets an allowed name resolve to a private network. Default false. */
  readonly allowPrivateNetworks?: boolean;
  /** Certificates to trust beside the system's; PEM. */
  readonly ca?: string;
  /** AWS_* variables of `s3://` addresses. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Reads parts' content: inline text, the content store, or an address of upstream's. */
export interface Fetcher {
  /**
   * The bytes of a part, checked against its sha256 where that is set.
   * @throws InvalidInputError `bad_uri`, `uri_not_allowed`, `too_large`, `content_missing`, `sha256_mismatch`, or
   * `fetch_failed` where upstream's address still fails after the attempts: its silence must not hold up other items.
   * @throws UnavailableError `content_store_unavailable` where our own store does not answer; `deadline` where the
   * signal was aborted.
   */
  read(content: ContentRef, signal?: AbortSignal): Promise<Uint8Array>;
}

/** Makes the one fetcher of a process. */
export function createFetcher(options: FetcherOptions): Fetcher {
  const s3 = createS3Request({
    ...s3Settings(options.env ?? process.env),
    timeoutMs: options.timeoutMs,
  });
  return {
    async read(content, signal) {
      throwIfStopped(signal);
      if (content.inlineText !== undefined) return readInline(content, content.inlineText, options.maxBytes);
      const stored = content.uri === '' ? content.sha256 : storedName(content.uri);
      if (stored !== undefined) {
        if (!options.store)
          throw new BugError('a fetcher without a content store was asked for stored content');
        return options.store.get(stored, options.maxBytes, signal);
      }
      const bytes = await fetchWithRetries(content.uri, options, s3, signal);
      return content.sha256 === '' ? bytes : verifyContent(bytes, content.sha256);
    },
  };
}

function readInline(content: ContentRef, text: string, maxBytes: number): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
  return content.sha256 === '' ? bytes : verifyContent(bytes, content.sha256);
}

function storedName(uri: string): string | undefined {
  return uri.startsWith('sha256:') ? uri.slice('sha256:'.length) : undefined;
}

async function fetchWithRetries(
  uri: string,
  options: FetcherOptions,
  s3: S3Request,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const maxAttempts = options.maxAttempts ?? 3;
  let waitMs = options.retryDelayMs ?? 200;
  for (let attempt = 1; ; attempt += 1) {
    throwIfStopped(signal);
    try {
      return await fetchOnce(uri, options, s3, signal);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      throwIfStopped(signal);
      if (attempt >= maxAttempts) {
        throw new InvalidInputError('fetch_failed', `${error.detail}, ${attempt} attempts`, { cause: error });
      }
    }
    // An aborted wait ends the loop at its head.
    await delay(waitMs, undefined, signal ? { signal } : {}).catch(() => undefined);
    waitMs *= 2;
  }
}

async function fetchOnce(
  uri: string,
  options: FetcherOptions,
  s3: S3Request,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { allow, maxBytes, allowPrivateNetworks = false, ca } = options;
  const url = checkAddress(uri, { allow, allowPrivateNetworks });
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  if (url.protocol === 's3:') return fetchS3(url, maxBytes, s3, either);
  return fetchHttps(url, { allow, allowPrivateNetworks, maxBytes, ca }, either);
}

async function fetchS3(url: URL, maxBytes: number, s3: S3Request, signal: AbortSignal): Promise<Uint8Array> {
  const key = objectKey(url);
  try {
    const response = await s3('GET', url.hostname, key, { signal });
    if (response.status !== 200 || !response.body) {
      await response.body?.cancel();
      throw statusError(response.status);
    }
    const length = contentLength(response.headers.get('content-length'));
    return await readBody(response.body as unknown as AsyncIterable<Uint8Array>, maxBytes, length);
  } catch (error) {
    if (error instanceof InvalidInputError || error instanceof UnavailableError) throw error;
    throw new UnavailableError('deadline', 'no answer', { cause: error });
  }
}

function objectKey(url: URL): string {
  let key = '';
  try {
    key = decodeURIComponent(url.pathname.slice(1));
  } catch (error) {
    throw new InvalidInputError('bad_uri', 'malformed percent-encoding', { cause: error });
  }
  if (key === '') throw new InvalidInputError('bad_uri', 'the address names no object');
  return key;
}
