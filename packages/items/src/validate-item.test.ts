import { Item, ItemOperation, type Part } from '@tercet/contracts';
import { sha256Hex } from '@tercet/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from './check-part.js';
import { DEFAULT_LIMITS } from './limits.js';
import { validateItem } from './validate-item.js';

const limits = { ...DEFAULT_LIMITS, maxParts: 4, maxPartBytes: 100, maxTextBytes: 50 };
type Content = NonNullable<Part['content']>;
const text = (value: string): Content => ({ $case: 'text', value });
const inline = (value: Uint8Array): Content => ({ $case: 'inline', value });
const uri = (value: string): Content => ({ $case: 'uri', value });
const part = (change: Partial<Part> = {}): Partial<Part> => ({
  partId: 'p',
  modality: 'text',
  content: text('good morning'),
  ...change,
});
const item = (change: Parameters<typeof Item.fromPartial>[0] = {}) =>
  Item.fromPartial({ tenant: 'acme', itemId: 'post/1', version: 1n, parts: [part()], ...change });
const check = (change: Partial<Part>) => {
  const valid = validateItem(item({ parts: [part(change)] }), limits);
  if (valid.operation !== 'moderate') throw new Error('expected an item to moderate');
  const [only] = valid.parts;
  if (!only) throw new Error('expected one part');
  return only;
};
const OTHER_SHA = 'a'.repeat(64);

describe('validateItem', () => {
  it('accepts an item and keeps its part', () => {
    const valid = validateItem(item(), limits);
    expect(valid).toMatchObject({ operation: 'moderate', key: 'acme/post/1', version: 1n });
  });

  it.each([
    ['bad_tenant', { tenant: '' }],
    ['bad_tenant', { tenant: 'a/b' }],
    ['bad_tenant', { tenant: 'x'.repeat(65) }],
    ['bad_item_id', { itemId: '' }],
    ['bad_item_id', { itemId: 'a\u0000b' }],
    ['bad_item_id', { itemId: 'é'.repeat(129) }],
    ['bad_version', { version: 0n }],
    ['bad_version', { version: -1n }],
    ['no_parts', { parts: [] }],
    ['too_many_parts', { parts: ['a', 'b', 'c', 'd', 'e'].map((partId) => part({ partId })) }],
    ['duplicate_part_id', { parts: [part(), part()] }],
    ['bad_part_id', { parts: [part({ partId: 'img1/ocr' })] }],
    ['bad_part_id', { parts: [part({ partId: '' })] }],
    ['bad_window', { windowMs: -1n }],
    ['bad_window', { windowMs: 600_001n }],
    ['bad_context', { context: { authorId: 'x'.repeat(257) } }],
    ['bad_context', { context: { reach: -1n } }],
    ['unknown_policy', { policy: 'x'.repeat(129) }],
    ['wrong_field', { operation: 9 as ItemOperation }],
  ])('answers %s', (code, change) => {
    expect(() => validateItem(item(change), limits)).toThrow(expect.objectContaining({ code }));
  });

  it('erases with tenant, item id and version alone', () => {
    const erase = item({ operation: ItemOperation.ERASE, parts: [] });
    expect(validateItem(erase, limits)).toEqual({ operation: 'erase', key: 'acme/post/1', version: 1n });
  });

  it.each([
    ['unknown_modality', { modality: 'smell' }],
    ['unknown_modality', { modality: '' }],
    ['no_content', { content: undefined }],
    ['no_content', { modality: 'image', content: inline(new Uint8Array()) }],
    ['too_large', { content: text('x'.repeat(51)) }],
    ['too_large', { modality: 'image', content: inline(new Uint8Array(101)) }],
    ['too_large', { content: inline(new Uint8Array(51)) }],
    ['bad_text', { content: text('half a pair: \ud83d') }],
    ['bad_text', { content: inline(new Uint8Array([0xc3, 0x28])) }],
    ['media_mismatch', { modality: 'image', content: text('not a picture') }],
    ['unsupported_media', { mediaType: 'x'.repeat(128) }],
    ['sha256_mismatch', { sha256: OTHER_SHA }],
    ['sha256_mismatch', { sha256: 'not hex' }],
    ['sha256_mismatch', { sha256: OTHER_SHA, content: uri(`sha256:${'b'.repeat(64)}`) }],
    ['bad_uri', { content: uri('ftp://host/file') }],
    ['bad_uri', { content: uri('file:///etc/passwd') }],
    ['bad_uri', { content: uri('sha256:abc') }],
    ['bad_uri', { content: uri('') }],
    ['bad_uri', { content: uri(`https://host/${'x'.repeat(2048)}`) }],
  ])('leaves %s with its part', (code, change) => {
    expect(check(change).content).toMatchObject({ code });
  });

  it('keeps the other parts of an item with a part that cannot be used', () => {
    const valid = validateItem(
      item({ parts: [part({ partId: 'a' }), part({ partId: 'b', modality: 'smell' })] }),
      limits,
    );
    if (valid.operation !== 'moderate') throw new Error('expected an item to moderate');
    expect(valid.parts.map(({ content }) => isFailure(content))).toEqual([false, true]);
  });

  it('hashes what came inline, and takes the hash of an address as given', () => {
    const sha256 = sha256Hex(Buffer.from('good morning'));
    expect(check({}).content).toMatchObject({ kind: 'text', sha256 });
    expect(check({ sha256 }).content).toMatchObject({ kind: 'text', sha256 });
    expect(check({ content: uri(`sha256:${sha256}`) }).content).toMatchObject({ kind: 'uri', sha256 });
    expect(check({ content: uri('https://host/a') }).content).toMatchObject({ kind: 'uri', sha256: '' });
  });

  it('drops a language that is no tag and a modality that has no form', () => {
    expect(check({ language: 'not a tag' }).language).toBe('');
    expect(check({ language: 'pt-BR' }).language).toBe('pt-BR');
    expect(check({ modality: 'Ä'.repeat(40) }).modality).toBe('');
  });

  it('answers any strings with a valid item or InvalidInput', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, anyText, (tenant, itemId, partId, modality, value) => {
        try {
          const one = part({ partId, modality, content: text(value) });
          validateItem(item({ tenant, itemId, parts: [one] }), limits);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'InvalidInput' });
        }
      }),
    );
  });
});
