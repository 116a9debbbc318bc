import { describe, expect, it } from 'vitest';
import { normaliseText, placesAfterNormalising } from './normalise.js';

const utf8 = (text: string) => Buffer.from(text, 'utf8');

describe('normaliseText', () => {
  it.each([
    ['a lone continuation byte', [0x80]],
    ['a cut-off sequence', [0x61, 0xe2, 0x82]],
    ['an overlong form', [0xc0, 0xaf]],
    ['an unpaired surrogate spelt as three bytes', [0x61, 0xed, 0xa0, 0x80]],
    ['a picture', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ])('refuses %s', (_what, bytes) => {
    expect(() => normaliseText(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ code: 'bad_text' }),
    );
  });

  it('drops what nobody sees and keeps line breaks and tabs', () => {
    expect(normaliseText(utf8('\ufeffhe\0l\u200bl\u00ado\u202e\twor\u0007ld\r\n'))).toBe('hello\tworld\r\n');
  });

  it('composes what was decomposed', () => {
    expect(normaliseText(utf8('cafe\u0301'))).toBe('caf\u00e9');
  });

  it('keeps emoji, private use and the replacement character', () => {
    expect(normaliseText(utf8('\u{1f600}\ue000\ufffd'))).toBe('\u{1f600}\ue000\ufffd');
  });
});

describe('placesAfterNormalising', () => {
  it('takes off what was taken out before a place, counting code points', () => {
    const text = '\u{1f600}a\u200bb\ufeff c\u00add';
    const places = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(placesAfterNormalising(utf8(text), places)).toEqual([0, 1, 2, 2, 3, 3, 4, 5, 5, 6]);
    expect([...normaliseText(utf8(text))]).toHaveLength(6);
  });

  it('leaves the places of a text without such characters alone', () => {
    expect(placesAfterNormalising(utf8('one\ntwo\tcaf\u00e9'), [0, 3, 4, 12])).toEqual([0, 3, 4, 12]);
  });
});
