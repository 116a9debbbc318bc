import { Item, Part, Review, toProtoJson } from '@tercet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeItem, decodeReview } from './decode.js';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const asJson = (text: string, type = 'application/json') => ({
  value: bytes(text),
  headers: { 'content-type': bytes(type) },
});
const asProto = (value: Uint8Array) => ({ value, headers: {} });

const sample = Item.fromPartial({
  tenant: 'acme',
  itemId: 'post/1',
  version: 3n,
  parts: [
    { partId: 't', modality: 'text', content: { $case: 'text', value: 'good \u0000 morning \ufffd' } },
    { partId: 'i', modality: 'image', content: { $case: 'inline', value: new Uint8Array([1, 2, 3]) } },
  ],
  windowMs: 5000n,
});

describe('decodeItem', () => {
  it('reads the same item from protobuf and from JSON', () => {
    const fromProto = decodeItem(asProto(Item.encode(sample).finish()));
    const json = JSON.stringify(toProtoJson(Item, 'Item', sample));
    const fromJson = decodeItem(asJson(json, 'Application/JSON; charset=utf-8'));
    expect(Item.encode(fromJson.item).finish()).toEqual(Item.encode(fromProto.item).finish());
    expect([...fromProto.brokenTexts, ...fromJson.brokenTexts]).toEqual([]);
  });

  it.each([
    ['empty_value', { value: undefined, headers: {} }],
    ['empty_value', asProto(new Uint8Array())],
    ['undecodable', asProto(new Uint8Array([0xff, 0xff, 0xff, 0xff]))],
    ['undecodable', asProto(bytes('{"tenant":"acme"}'))],
    ['undecodable', asJson('{"tenant":')],
    ['undecodable', { value: new Uint8Array([0x22, 0xff, 0x22]), headers: asJson('').headers }],
    ['wrong_field', asJson('{"tenant":"acme","colour":"secret-value"}')],
    ['wrong_field', asJson('{"tenant":"acme","version":"secret-value"}')],
    ['wrong_field', asJson('{"parts":[{"partId":7}]}')],
    ['wrong_field', asJson('{"operation":"secret-value"}')],
    ['wrong_field', asJson('["secret-value"]')],
    ['wrong_field', asJson('{"tenant":"\\ud800"}')],
    ['wrong_field', asJson('{"\\udc00":"secret-value"}')],
  ])('answers %s without echoing the record', (code, encoded) => {
    const thrown = (() => {
      try {
        decodeItem(encoded);
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ kind: 'InvalidInput', code });
    expect(String((thrown as Error).message)).not.toContain('secret-value');
  });

  it('names the part whose JSON text holds half a surrogate pair, and keeps the others', () => {
    const { item, brokenTexts } = decodeItem(
      asJson(
        '{"parts":[{"partId":"a","text":"whole \\ud83d\\ude00"},{"part_id":"b","text":"half \\ud83d"},' +
          '{"partId":"c","text":"a backslash: \\\\ud83d"}]}',
      ),
    );
    expect([...brokenTexts]).toEqual([1]);
    expect(item.parts.map((part) => part.partId)).toEqual(['a', 'b', 'c']);
    expect(item.parts[0]?.content).toEqual({ $case: 'text', value: 'whole \u{1f600}' });
    expect(item.parts[2]?.content).toEqual({ $case: 'text', value: 'a backslash: \\ud83d' });
  });

  it('names the part whose protobuf text is not UTF-8, and no part that holds U+FFFD itself', () => {
    const good = Part.encode(
      Part.fromPartial({ partId: 'a', content: { $case: 'text', value: '\ufffd' } }),
    ).finish();
    const bad = Buffer.from([0x0a, 1, 0x62, 0x2a, 2, 0xc3, 0x28]);
    const field = (part: Uint8Array) => Buffer.concat([Buffer.from([0x22, part.length]), part]);
    const { item, brokenTexts } = decodeItem(asProto(Buffer.concat([field(good), field(bad)])));
    expect(item.parts.map((part) => part.partId)).toEqual(['a', 'b']);
    expect([...brokenTexts]).toEqual([1]);
  });

  it('answers any bytes with an item or InvalidInput', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (value, json) => {
        try {
          decodeItem(json ? { ...asJson(''), value } : asProto(value));
        } catch (error) {
          expect(error).toMatchObject({ kind: 'InvalidInput' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('decodeReview', () => {
  it('reads JSON and protobuf', () => {
    const review = Review.fromPartial({ reviewId: 'r1', itemKey: 'acme/1', version: 1n, revision: 1 });
    const json = JSON.stringify(toProtoJson(Review, 'Review', review));
    expect(decodeReview(asJson(json))).toEqual(decodeReview(asProto(Review.encode(review).finish())));
  });
});
