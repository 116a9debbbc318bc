import { ItemOpened, JoinRecord, PartEmbedded } from '@tercet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainRecord } from './plain-record.js';
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
  signals: fc.array(fc.record({ name: fc.string(), values: fc.array(fc.float()) }), {
    maxLength: 1,
    size: 'xsmall',
  }),
});
const part = fc.record({
  partId: fc.string(),
  modality: fc.string(),
  encoderDigest: fc.string(),
  embeddings: fc.array(embedding, { maxLength: 3 }),
  language: fc.string(),
});
const expected = fc.record({
  partId: fc.string(),
  modality: fc.string(),
  mediaType: fc.string(),
  sha256: fc.constantFrom('', 'ab'.repeat(32)),
  sizeBytes: fc.bigInt(0n, 1n << 40n),
  language: fc.string(),
  sourcePartId: fc.string(),
  uri: fc.string({ maxLength: 200 }),
});
const ref = fc.record({ id: fc.string(), version: fc.string(), digest: fc.string() });
const opening = fc.record({
  parts: fc.array(expected, { maxLength: 3 }),
  context: fc.option(
    fc.record({
      authorId: fc.string(),
      locale: fc.string(),
      surface: fc.string(),
      reach: fc.bigInt(-1n, 1n << 40n),
      reports: fc.bigInt(0n, 1n << 20n),
    }),
    { nil: undefined },
  ),
  policy: fc.option(ref, { nil: undefined }),
  headSet: fc.option(ref, { nil: undefined }),
  windowMs: fc.bigInt(-1n, 1n << 40n),
});
type Body = NonNullable<JoinRecord['body']>;
const body = fc.oneof(
  part.map((made): Body => ({ $case: 'partEmbedded', value: PartEmbedded.fromPartial(made) })),
  opening.map((made): Body => ({ $case: 'itemOpened', value: ItemOpened.fromPartial(made) })),
);
const record = fc
  .tuple(
    fc.constantFrom('acme/post', 'acme/post', 'acme/post', 'acme/pöst', ''),
    fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, (1n << 63n) - 1n)),
    body,
  )
  .map(([itemKey, version, made]) => JoinRecord.encode({ itemKey, version, body: made }).finish());

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

/** What a decision needs of an opening. */
const leanOf = (opened: ItemOpened): ItemOpened => ({
  ...opened,
  parts: opened.parts.map((one) => ({ ...one, uri: '', mediaType: '', sizeBytes: 0n })),
});

/** Where it answers at all, it answers what the decoder reads. */
function expectAgreement(bytes: Uint8Array, key = KEY): void {
  const plain = plainRecord(bytes, key);
  if (plain === undefined) return;
  const decoded = JoinRecord.decode(bytes);
  expect(plain).toMatchObject({ itemKey: decoded.itemKey, version: decoded.version });
  expect(plain.itemKey).toBe(key.toString());
  if (plain.body.kind === 'embedded') {
    if (decoded.body?.$case !== 'partEmbedded') throw new Error('no part');
    const { value } = decoded.body;
    expect(plain.body.partId).toBe(value.partId);
    expect(plain.body.modelDigests).toEqual(value.embeddings.map((one) => one.model?.digest ?? ''));
    expect(PartEmbedded.decode(plain.body.body)).toEqual(value);
  } else {
    if (decoded.body?.$case !== 'itemOpened') throw new Error('no opening');
    const { value } = decoded.body;
    expect(plain.body.partIds).toEqual(value.parts.map((one) => one.partId));
    expect(plain.body.windowMs).toBe(Number(value.windowMs));
    expect(ItemOpened.decode(plain.body.body)).toEqual(leanOf(value));
  }
}

describe('plainRecord', () => {
  it('reads what an encoder sends', () => {
    const bytes = joinRecord.embedded('acme/post', 300n, 'a', 'model');
    expect(plainRecord(bytes, KEY)).toMatchObject({
      itemKey: 'acme/post',
      version: 300n,
      body: { kind: 'embedded', partId: 'a', modelDigests: ['model'] },
    });
    expectAgreement(bytes);
  });

  it('reads an opening, and copies what an encoder would write of it without addresses, media types and sizes', () => {
    const parts = ['a', 'b/ocr'].map((partId) => ({
      partId,
      modality: 'image',
      mediaType: 'image/png',
      sha256: 'ab'.repeat(32),
      sizeBytes: 70_000n,
      language: 'de',
      sourcePartId: partId.slice(0, 1),
      uri: `https://content.example/${'x'.repeat(200)}`,
    }));
    const context = { authorId: 'u', locale: 'de', surface: 'post', reach: 1_000n, reports: 2n };
    const policy = { id: 'p', version: '1', digest: 'cd'.repeat(32) };
    const headSet = { id: 'h', digest: 'ef'.repeat(32) };
    const value = { parts, context, policy, headSet, windowMs: 60_000n };
    const bytes = JoinRecord.encode({
      itemKey: 'acme/post',
      version: 300n,
      body: { $case: 'itemOpened', value },
    }).finish();
    const plain = plainRecord(bytes, KEY);
    expect(plain).toMatchObject({
      version: 300n,
      body: { kind: 'opened', partIds: ['a', 'b/ocr'], windowMs: 60_000 },
    });
    expect(Buffer.from(plain?.body.body ?? [])).toEqual(
      Buffer.from(ItemOpened.encode(leanOf(value)).finish()),
    );
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
    ['another body', joinRecord.failed('acme/post', 1n, 'a')],
    ['a part of an opening whose id is not ASCII', joinRecord.opened('acme/post', 1n, ['é'], 5)],
    ['no version', joinRecord.embedded('acme/post', 0n, 'a')],
    ['a part id that is not ASCII', joinRecord.embedded('acme/post', 1n, 'é')],
    [
      'a field of a later version',
      Buffer.concat([joinRecord.embedded('acme/post', 1n, 'a'), Uint8Array.of(0xd2, 0x05, 1, 7)]),
    ],
  ])('leaves a record with %s to the decoder', (_, bytes) => {
    expect(plainRecord(bytes, KEY)).toBeUndefined();
  });
});
