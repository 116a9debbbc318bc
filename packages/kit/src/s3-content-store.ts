import { contentLength, readBody } from './content-body.js';
import { type ContentStore, contentPath, sha256Hex, throwIfStopped, verifyContent } from './content-store.js';
import { InvalidInputError, UnavailableError } from './errors.js';
import { createS3Request, type S3Request, type S3Settings, s3Settings } from './s3-client.js';

/** A bucket, a prefix in it and how to reach it. */
export interface S3Location {
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly settings: S3Settings;
}

/** Reads `s3://bucket/prefix?endpoint=https://host&region=name`. */
export function s3Location(url: URL, env: Readonly<Record<string, string | undefined>>): S3Location {
  const endpoint = url.searchParams.get('endpoint');
  const region = url.searchParams.get('region');
  return {
    bucket: url.hostname,
    prefix: decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, ''),
    settings: s3Settings(env, { ...(endpoint ? { endpoint } : {}), ...(region ? { region } : {}) }),
  };
}

/**
 * Content in a bucket of any server that speaks S3, addressed by path. How long it stays is the bucket's lifecycle
 * rule; storing again writes again, so that retention by age counts from the last use.
 */
export class S3ContentStore implements ContentStore {
  readonly #request: S3Request;

  constructor(
    private readonly location: S3Location,
    request: S3Request = createS3Request(location.settings),
  ) {
    this.#request = request;
  }

  async put(bytes: Uint8Array, signal?: AbortSignal): Promise<string> {
    const sha256 = sha256Hex(bytes);
    const response = await this.#send('PUT', sha256, signal, bytes);
    await drain(response);
    if (!response.ok) throw unavailable('PUT', `status ${response.status}`);
    return sha256;
  }

  async get(sha256: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    const response = await this.#send('GET', sha256, signal);
    if (response.status === 404) {
      await drain(response);
      throw new InvalidInputError('content_missing', 'not in the content store');
    }
    if (!response.ok || !response.body) {
      await drain(response);
      throw unavailable('GET', `status ${response.status}`);
    }
    const length = contentLength(response.headers.get('content-length'));
    return verifyContent(await collect(response.body, maxBytes, length), sha256);
  }

  async has(sha256: string, signal?: AbortSignal): Promise<boolean> {
    const response = await this.#send('HEAD', sha256, signal);
    await drain(response);
    if (response.status === 404) return false;
    if (!response.ok) throw unavailable('HEAD', `status ${response.status}`);
    return true;
  }

  async remove(sha256: string, signal?: AbortSignal): Promise<void> {
    const response = await this.#send('DELETE', sha256, signal);
    await drain(response);
    if (!response.ok && response.status !== 404) throw unavailable('DELETE', `status ${response.status}`);
  }

  async #send(
    method: 'GET' | 'HEAD' | 'PUT' | 'DELETE',
    sha256: string,
    signal: AbortSignal | undefined,
    body?: Uint8Array,
  ): Promise<Response> {
    throwIfStopped(signal);
    const { bucket, prefix } = this.location;
    const key = prefix === '' ? contentPath(sha256) : `${prefix}/${contentPath(sha256)}`;
    try {
      return await this.#request(method, bucket, key, { signal, ...(body ? { body } : {}) });
    } catch (error) {
      throw unavailable(method, 'no answer', error);
    }
  }
}

async function collect(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  length: number | undefined,
): Promise<Uint8Array> {
  try {
    return await readBody(body as unknown as AsyncIterable<Uint8Array>, maxBytes, length);
  } catch (error) {
    if (error instanceof InvalidInputError) {
      await body.cancel().catch(() => undefined);
      throw error;
    }
    throw unavailable('GET', 'the answer broke off', error);
  }
}

/** Frees the connection; what the body says is of no use. */
async function drain(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

function unavailable(method: string, detail: string, cause?: unknown): UnavailableError {
  return new UnavailableError('content_store_unavailable', `${method}: ${detail}`, { cause });
}
