import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VectorEncoding } from './gen/tercet/v1/embedding.js';
import { PartEmbedded } from './gen/tercet/v1/join_record.js';
import { readPartEmbedded } from './part-embedded.js';

const text = fc.oneof(fc.string({ maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 4 }));
const offset = fc.bigInt(-1n, 1n << 62n);
const span = fc.record({ unit: fc.constantFrom(0, 1, 2), start: offset, end: offset });
const vector = fc.record({
  data: fc.uint8Array({ maxLength: 200 }),
  span: fc.option(span, { nil: undefined }),
});
const model = fc.record({
  name: text,
  version: text,
  digest: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)),
});
const embedding = fc.record({
  model: fc.option(model, { nil: undefined }),
  dimension: fc.integer(),
  encoding: fc.constantFrom(VectorEncoding.UNSPECIFIED, VectorEncoding.F32, VectorEncoding.F16),
  vectors: fc.array(vector, { maxLength: 3 }),
  vectorDigest: text,
  signals: fc.array(fc.record({ name: text, values: fc.array(fc.float(), { maxLength: 3 }) }), {
    maxLength: 1,
  }),
});
const part = fc
  .record({
    partId: text,
    modality: fc.constantFrom('text', 'image', 'bïld'),
    encoderDigest: text,
    embeddings: fc.array(embedding, { maxLength: 3 }),
    truncated: fc.array(fc.record({ span: fc.constant(undefined), code: text }), { maxLength: 1 }),
    language: fc.constantFrom('', 'en', 'de', '\ufeffen'),
    readBy: fc.array(model, { maxLength: 1 }),
  })
  .map((made) => PartEmbedded.encode(PartEmbedded.fromPartial(made)).finish());

/** One byte of it replaced, or what lies behind one cut off, or put behind it again. */
const disturbed = fc
  .tuple(part, fc.nat(), fc.nat(255), fc.constantFrom('replace', 'cut', 'repeat'))
  .map(([bytes, at, byte, how]) => {
    const place = at % (bytes.length + 1);
    if (how === 'cut') return bytes.slice(0, place);
    if (how === 'repeat') return Uint8Array.of(...bytes, ...bytes.subarray(place));
    const other = bytes.slice();
    if (place < other.length) other[place] = byte;
    return other;
  });

function outcome(read: (bytes: Uint8Array) => PartEmbedded, bytes: Uint8Array) {
  try {
    const { embeddings, ...rest } = read(bytes);
    const plain = embeddings.map(({ vectors, ...own }) => ({
      ...own,
      vectors: vectors.map(({ data, span: stretch }) => ({ data: [...data], span: stretch })),
    }));
    return { ...rest, embeddings: plain };
  } catch {
    return 'thrown';
  }
}

describe('readPartEmbedded', () => {
  it('reads what the decoder reads', () => {
    fc.assert(
      fc.property(part, (bytes) => {
        expect(outcome(readPartEmbedded, bytes)).toEqual(outcome(PartEmbedded.decode, bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('reads of disturbed bytes what the decoder reads, or throws where it does', () => {
    fc.assert(
      fc.property(disturbed, (bytes) => {
        expect(outcome(readPartEmbedded, bytes)).toEqual(outcome(PartEmbedded.decode, bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it('answers the same model for the same bytes', () => {
    const made = { embeddings: [{ model: { name: 'words', version: '1', digest: 'a'.repeat(64) } }] };
    const bytes = PartEmbedded.encode(PartEmbedded.fromPartial(made)).finish();
    const [first, second] = [readPartEmbedded(bytes), readPartEmbedded(bytes)];
    expect(first.embeddings[0]?.model).toBe(second.embeddings[0]?.model);
  });
});
