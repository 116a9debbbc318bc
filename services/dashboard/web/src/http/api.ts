import type { ApiError } from '../../../src/api/session.js';

/** An answer that is not 2xx, or none at all (`code` is `offline` then). */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The whole `error` object; some codes bring more fields. */
    readonly detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

const access = { csrfToken: '', onLoggedOut: () => {} };

/** What requests need of the session; told by session.ts, which itself needs requests. */
export function setAccess(given: Partial<typeof access>): void {
  Object.assign(access, given);
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, { ...(signal ? { signal } : {}) });
  return (await response.json()) as T;
}

/** Undefined where the answer has no body. */
export async function sendJson<T>(
  method: 'POST' | 'PUT',
  path: string,
  body?: unknown,
): Promise<T | undefined> {
  const response = await request(path, {
    method,
    headers: {
      'x-csrf-token': access.csrfToken,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return text === '' ? undefined : (JSON.parse(text) as T);
}

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiFailure(0, 'offline', 'The server does not answer.');
  }
  if (response.ok) return response;
  const failure = await readFailure(response);
  if (failure.status === 401) access.onLoggedOut();
  throw failure;
}

async function readFailure(response: Response): Promise<ApiFailure> {
  try {
    const { error } = (await response.json()) as ApiError;
    return new ApiFailure(response.status, error.code, error.message, error);
  } catch {
    return new ApiFailure(response.status, 'unreadable', `The server answered with ${response.status}.`);
  }
}

/** For any caught value: what to tell the person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
