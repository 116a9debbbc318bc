import { expect, it } from 'vitest';
import { type ContentRight, signContent, verifyContent } from './content-token.js';
import { newSessionId } from './session-id.js';

const NOW = 1_700_000_000_000;
const right: ContentRight = {
  sha256: 'a'.repeat(64),
  mediaType: 'image/png',
  itemKey: 'acme/1',
  partId: 'photo',
  expiresAtMs: NOW + 30_000,
};
const session = newSessionId();
const token = signContent(session, right);

it('gives its session what it was signed for, until it expires', () => {
  expect(verifyContent(session, token, NOW)).toEqual(right);
  expect(verifyContent(session, token, right.expiresAtMs)).toBeNull();
});

it('gives another session nothing', () => {
  expect(verifyContent(newSessionId(), token, NOW)).toBeNull();
});

it('gives nothing once a character was changed', () => {
  for (const at of [0, 20, token.indexOf('.') + 3, token.length - 2]) {
    const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
    expect(verifyContent(session, changed, NOW)).toBeNull();
  }
  for (const broken of ['', '.', 'x', `${token}.x`]) expect(verifyContent(session, broken, NOW)).toBeNull();
});

it('is never good for longer than a minute', () => {
  const long = signContent(session, { ...right, expiresAtMs: NOW + 61_000 });
  expect(verifyContent(session, long, NOW)).toBeNull();
});
