import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { contentLength, readBody } from './content-body.js';
import { InvalidInputError, UnavailableError } from './errors.js';
import { type AddressRules, checkAddress, guardedLookup } from './fetcher-address.js';

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** How one `https://` address is read. */
export interface HttpsRules extends AddressRules {
  readonly maxBytes: number;
  /** Certificates to trust beside the system's; PEM. */
  readonly ca?: string | undefined;
}

/**
 * One attempt at an `https://` address, redirects on the allow-list included.
 * @throws UnavailableError `deadline` for what another attempt may mend; InvalidInputError otherwise.
 */
export async function fetchHttps(url: URL, rules: HttpsRules, signal: AbortSignal): Promise<Uint8Array> {
  let next = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await open(next, rules, signal);
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (REDIRECTS.has(status) && location) {
      response.destroy();
      next = checkRedirect(location, next, rules);
      continue;
    }
    if (status !== 200) {
      response.destroy();
      throw statusError(status);
    }
    return readResponse(response, rules.maxBytes);
  }
  throw new InvalidInputError('fetch_failed', `more than ${MAX_REDIRECTS} redirects`);
}

/** The error for an answer other than 200: gone, refused, or worth another attempt. */
export function statusError(status: number): InvalidInputError | UnavailableError {
  if (status === 404 || status === 410) return new InvalidInputError('content_missing', `status ${status}`);
  if (status === 408 || status === 429 || status >= 500) {
    return new UnavailableError('deadline', `status ${status}`);
  }
  return new InvalidInputError('fetch_failed', `status ${status}`);
}

function checkRedirect(location: string, from: URL, rules: AddressRules): URL {
  if (!URL.canParse(location, from.href)) throw new InvalidInputError('fetch_failed', 'malformed redirect');
  const url = checkAddress(new URL(location, from).href, rules);
  if (url.protocol !== 'https:') throw new InvalidInputError('uri_not_allowed', 'redirect to another scheme');
  return url;
}

function open(url: URL, rules: HttpsRules, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        signal,
        lookup: guardedLookup(rules),
        // One connection a request: a pooled one would have been opened under another request's check.
        agent: false,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'tercet' },
        ...(rules.ca ? { ca: rules.ca } : {}),
      },
      resolve,
    );
    sent.once('error', (error) => reject(asFetchError(error)));
    sent.end();
  });
}

async function readResponse(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  try {
    return await readBody(response, maxBytes, contentLength(response.headers['content-length']));
  } catch (error) {
    response.destroy();
    throw asFetchError(error);
  }
}

function asFetchError(error: unknown): InvalidInputError | UnavailableError {
  if (error instanceof InvalidInputError || error instanceof UnavailableError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  return new UnavailableError('deadline', code, { cause: error });
}
