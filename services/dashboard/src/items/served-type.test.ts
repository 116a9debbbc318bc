import { describe, expect, it } from 'vitest';
import { servedType } from './served-type.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('content is served', () => {
  it('as plain text where its part is text, whatever it holds', async () => {
    expect(await servedType(bytes('<script>alert(1)</script>'), 'text/plain')).toBe(
      'text/plain; charset=utf-8',
    );
  });

  it('as what its bytes are, where those are a picture or a sound', async () => {
    const png = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\0\0\0\0\0\0\0\0IDAT';
    expect(await servedType(bytes(png), '*/*')).toBe('image/png');
    expect(await servedType(bytes('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0'), '*/*')).toBe('audio/wav');
  });

  it.each([
    ['markup', '<!doctype html><script>alert(1)</script>'],
    ['a vector graphic', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'],
    ['a document', '%PDF-1.7\n'],
    ['nothing', ''],
  ])('as bytes without a meaning where they are %s', async (_, text) => {
    expect(await servedType(bytes(text), '*/*')).toBe('application/octet-stream');
  });
});
