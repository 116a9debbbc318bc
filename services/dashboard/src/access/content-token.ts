import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { sameSecret, sessionKey } from './session-id.js';

/** A short right to read one content, for one session. */
export interface ContentRight {
  readonly sha256: string;
  readonly mediaType: string;
  /** Whose content it is, for the audit log. */
  readonly itemKey: string;
  readonly partId: string;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly expiresAtMs: number;
}

export const MAX_CONTENT_RIGHT_MS = 60_000;

const rightShape = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  mediaType: z.string(),
  itemKey: z.string(),
  partId: z.string(),
  expiresAtMs: z.number(),
});

/** The right as a URL's segment: its JSON and an HMAC-SHA256 under the session's own key. */
export function signContent(sessionId: string, right: ContentRight): string {
  const body = Buffer.from(JSON.stringify(right)).toString('base64url');
  return `${body}.${mac(sessionId, body)}`;
}

/** The right that a segment gives to this session now; null where it is forged, another session's, or over. */
export function verifyContent(sessionId: string, token: string, nowMs: number): ContentRight | null {
  const [body = '', given = '', ...rest] = token.split('.');
  if (rest.length > 0 || !sameSecret(given, mac(sessionId, body))) return null;
  const right = rightShape.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  return right.expiresAtMs > nowMs && right.expiresAtMs <= nowMs + MAX_CONTENT_RIGHT_MS ? right : null;
}

function mac(sessionId: string, body: string): string {
  return createHmac('sha256', sessionKey(sessionId, 'content')).update(body).digest('base64url');
}
