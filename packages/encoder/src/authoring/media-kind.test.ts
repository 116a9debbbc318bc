import { describe, expect, it } from 'vitest';
import { checkMediaKind } from './media-kind.js';

const pictures = { kinds: new Set(['image/png', 'image/jpeg']), classes: ['image'] };

function verdict(found: string | undefined, declared: string): string {
  try {
    checkMediaKind(found, declared, pictures);
    return 'read';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('checkMediaKind', () => {
  it.each([
    ['image/png', 'image/png', 'read'],
    ['image/png', 'image/jpeg', 'read'],
    ['image/png', 'Image/JPEG; q=1', 'read'],
    ['image/png', 'image/*', 'read'],
    ['image/png', '', 'read'],
    ['image/png', '*/*', 'read'],
    ['image/png', 'application/octet-stream', 'read'],
    ['image/png', 'audio/wav', 'media_mismatch'],
    ['image/png', 'text/plain', 'media_mismatch'],
    ['audio/wav', 'image/png', 'media_mismatch'],
    ['application/pdf', 'image/png', 'media_mismatch'],
    ['audio/wav', 'audio/wav', 'unsupported_media'],
    ['audio/wav', '', 'unsupported_media'],
    ['image/tiff', 'image/tiff', 'unsupported_media'],
    ['application/xml', 'image/svg+xml', 'unsupported_media'],
    [undefined, 'image/png', 'unsupported_media'],
  ])('bytes of %s declared as %s: %s', (found, declared, expected) => {
    expect(verdict(found, declared)).toBe(expected);
  });
});
