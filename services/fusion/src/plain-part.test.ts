import { JoinRecord, PartEmbedded } from '@tercet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainPart } from './plain-part.js';
import { joinRecord } from './simulation/join-records.js';

const KEY = Buffer.from('acme/post');

const vector = fc.record({
  data: fc.uint8Array({ maxLength: 200 }),
  span: fc.option(
    fc.record({
      unit: fc.constantFrom(1, 2),
      start: fc.bigInt(0n, 1n << 40n),
      end: fc.bigInt(0n, 1n << 40n),
    }),
    { nil: undefined },
  ),
});
const model = fc.record({
  name: fc.string(),
  version: fc.string(),
  digest: fc.string({ unit: 'binary', maxLength: 5 }),
});
const embedding = fc.record({
  model: fc.option(model, { nil: undefined }),
  dimension: fc.nat(),
  encoding: fc.constantFrom(1, 2),
  vectors: fc.array(vector, { maxLength: 3 }),
  vectorDigest: fc.string(),
  signals: fc.array(fc.record({ name: fc.string(), values: fc.array(fc.float()) }), { maxLength: 1 }),
});
const part = fc.record({
  partId: fc.string(),
  modality: fc.string(),
  encoderDigest: fc.string(),
  embeddings: fc.array(embedding, { maxLength: 3 }),
  language: fc.string(),
});
const record = fc
  .tuple(fc.constantFrom('acme/post', 'acme/pöst', ''), fc.bigInt(0n, (1n << 63n) - 1n), part)
  .map(([itemKey, version, made]) => {
    const value = PartEmbedded.fromPartial(made);
    return JoinRecord.encode({ itemKey, version, body: { $case: 'partEmbedded', value } }).finish();
  });

/** One byte of it replaced, or what lies behind one cut off, or put behind it again. */
const disturbed = fc
  .tuple(record, fc.nat(), fc.nat(255), fc.constantFrom('replace', 'cut', 'repeat'))
  .map(([bytes, at, byte, how]) => {
    const place = at % bytes.length;
    if (how === 'cut') return bytes.slice(0, place);
    if (how === 'repeat') return Buffer.concat([bytes, bytes.subarray(place)]);
    const other = bytes.slice();
    other[place] = byte;
    return other;
  });

/** Where it answers at all, it answers what the decoder reads. */
function expectAgreement(bytes: Uint8Array, key = KEY): void {
  const plain = plainPart(bytes, key);
  if (plain === undefined) return;
  const { itemKey, version, body } = JoinRecord.decode(bytes);
  expect(plain).toMatchObject({ itemKey, version });
  expect(itemKey).toBe(key.toString());
  if (body?.$case !== 'partEmbedded') throw new Error('no part');
  expect(plain.partId).toBe(body.value.partId);
  expect(plain.modelDigests).toEqual(body.value.embeddings.map((one) => one.model?.digest ?? ''));
  expect(PartEmbedded.decode(plain.body)).toEqual(body.value);
}

describe('plainPart', () => {
  it('reads what an encoder sends', () => {
    const bytes = joinRecord.embedded('acme/post', 300n, 'a', 'model');
    expect(plainPart(bytes, KEY)).toMatchObject({
      itemKey: 'acme/post',
      version: 300n,
      partId: 'a',
      modelDigests: ['model'],
    });
    expectAgreement(bytes);
  });

  it('answers as the decoder does, or not at all', () => {
    fc.assert(
      fc.property(record, (bytes) => expectAgreement(bytes)),
      { numRuns: 500 },
    );
  });

  it('never answers for what the decoder refuses or reads otherwise', () => {
    fc.assert(
      fc.property(disturbed, (bytes) => expectAgreement(bytes)),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['another key', joinRecord.embedded('acme/other', 1n, 'a')],
    ['another body', joinRecord.opened('acme/post', 1n, ['a'], 5)],
    ['no version', joinRecord.embedded('acme/post', 0n, 'a')],
    ['a part id that is not ASCII', joinRecord.embedded('acme/post', 1n, 'é')],
    [
      'a field of a later version',
      Buffer.concat([joinRecord.embedded('acme/post', 1n, 'a'), Uint8Array.of(0xd2, 0x05, 1, 7)]),
    ],
  ])('leaves a record with %s to the decoder', (_, bytes) => {
    expect(plainPart(bytes, KEY)).toBeUndefined();
  });
});
