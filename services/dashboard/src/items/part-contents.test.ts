import { type ContentStore, InvalidInputError, sha256Hex } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { verifyContent } from '../access/content-token.js';
import { contentView } from './part-contents.js';
import type { KnownPart } from './part-views.js';

const BYTES = Buffer.from('cafe\u0301 at noon');
const KEPT = sha256Hex(BYTES);
const GONE = sha256Hex(Buffer.from('gone'));
const SESSION = 'a session';
const NOW = 1_700_000_000_000;

const store: ContentStore = {
  put: () => Promise.reject(new Error('nothing is stored here')),
  remove: () => Promise.reject(new Error('nothing is removed here')),
  has: async (sha256) => sha256 === KEPT,
  get: async (sha256, maxBytes) => {
    if (sha256 !== KEPT) throw new InvalidInputError('content_missing');
    if (BYTES.length > maxBytes) throw new InvalidInputError('too_large');
    return BYTES;
  },
};
const part = (more: Partial<KnownPart> = {}): KnownPart => ({
  partId: 'body',
  modality: 'text',
  mediaType: 'text/plain',
  language: 'en',
  state: 'used',
  code: '',
  sourcePartId: '',
  confidence: null,
  found: [],
  sha256: KEPT,
  isUpstreams: false,
  ...more,
});
const asker = { sessionId: SESSION, itemKey: 'acme/post', mayView: true, erased: false };
const view = (given: KnownPart, more = {}) => contentView(given, { ...asker, ...more }, store, NOW);

describe('content', () => {
  it('is shown by a right of this session that is over within a minute, text in the form that spans count in', async () => {
    const shown = await view(part());
    expect(shown).toMatchObject({ state: 'available', text: 'caf\u00e9 at noon' });
    if (shown.state !== 'available') return;
    expect(shown.expiresAtMs - NOW).toBeLessThanOrEqual(60_000);
    const token = shown.url.slice('/content/'.length);
    expect(verifyContent(SESSION, token, NOW)).toMatchObject({ sha256: KEPT, partId: 'body' });
    expect(verifyContent('another', token, NOW)).toBeNull();
    expect(verifyContent(SESSION, token, NOW + 60_000)).toBeNull();
  });

  it('is withheld before anything else is asked', async () => {
    const asked = { ...store, has: () => Promise.reject(new Error('asked')) };
    expect(await contentView(part(), { ...asker, mayView: false, erased: true }, asked, NOW)).toEqual({
      state: 'withheld',
    });
  });

  it.each([
    ['erased on upstream’s word', part(), { erased: true }, 'erased'],
    ['past its retention', part({ sha256: GONE }), {}, 'expired'],
    ['with upstream', part({ sha256: '', isUpstreams: true }), {}, 'external'],
    ['with upstream, and hashed', part({ sha256: GONE, isUpstreams: true }), {}, 'external'],
    ['never seen', part({ sha256: '' }), {}, 'none'],
  ])('is said to be what it is: %s', async (_, given, more, state) => {
    expect(await view(given, more)).toEqual({ state });
  });
});
