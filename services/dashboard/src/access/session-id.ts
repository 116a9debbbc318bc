import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const ID_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The value of a session's cookie: 256 random bits. */
export function newSessionId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}

/** Whether a cookie's value has the form of a session id. */
export function isSessionId(value: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(value);
}

/** Under which the database knows it. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

type Purpose = 'csrf' | 'content' | Sealed;
/** What is sealed: a session's tokens, and a login that went to the provider. */
type Sealed = 'tokens' | 'login';

/**
 * A key that only who holds the cookie can make, for one purpose (HKDF, RFC 5869). So nothing has to be shared between
 * processes, and what it signs ends with the session.
 */
export function sessionKey(sessionId: string, purpose: Purpose): Buffer {
  return Buffer.from(hkdfSync('sha256', sessionId, '', `tercet/${purpose}`, 32));
}

/** What every request that is not GET must send back. */
export function csrfToken(sessionId: string): string {
  return sessionKey(sessionId, 'csrf').toString('base64url');
}

/** Compares in a time that does not depend on where they differ. */
export function sameSecret(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Encrypts under the session's own key (AES-256-GCM), so that the database alone opens nothing. */
export function seal(sessionId: string, purpose: Sealed, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sessionKey(sessionId, purpose), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** The inverse of {@link seal}; throws where the bytes were changed or are another session's. */
export function unseal(sessionId: string, purpose: Sealed, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const iv = bytes.subarray(0, IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', sessionKey(sessionId, purpose), iv);
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}
