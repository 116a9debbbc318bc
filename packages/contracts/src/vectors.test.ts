import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SpanUnit } from './gen/tercet/v1/content.js';
import { VectorEncoding } from './gen/tercet/v1/embedding.js';
import { decodeVector, encodeF32, vectorDigest } from './vectors.js';

const vectors = fc.float32Array({ noNaN: true, minLength: 1, maxLength: 64 });

it('reads binary32 back bit for bit', () => {
  fc.assert(
    fc.property(vectors, (vector) => {
      const wire = { data: encodeF32(vector), span: undefined };
      expect(decodeVector(wire, VectorEncoding.F32, vector.length)).toEqual(vector);
    }),
  );
});

it.each([
  [0x0000, 0],
  [0x3c00, 1],
  [0xc000, -2],
  [0x3555, 0.333251953125],
  [0x0001, 2 ** -24],
  [0x7bff, 65504],
  [0x7c00, Number.POSITIVE_INFINITY],
])('reads binary16 %i as %d', (bits, expected) => {
  const data = new Uint8Array([bits & 0xff, bits >> 8]);
  expect(decodeVector({ data, span: undefined }, VectorEncoding.F16, 1)[0]).toBe(expected);
});

it('refuses a vector that is not as long as announced', () => {
  expect(() => decodeVector({ data: new Uint8Array(8), span: undefined }, VectorEncoding.F32, 3)).toThrow(
    RangeError,
  );
});

it('digests spans as well as numbers', () => {
  const data = encodeF32(new Float32Array([1, 2]));
  const span = { unit: SpanUnit.CODE_POINT, start: 0n, end: 5n };
  const base = { dimension: 2, encoding: VectorEncoding.F32, vectors: [{ data, span }] };
  const digest = vectorDigest(base);
  expect(vectorDigest({ ...base, vectors: [{ data: new Uint8Array(data), span: { ...span } }] })).toBe(
    digest,
  );
  expect(vectorDigest({ ...base, vectors: [{ data, span: { ...span, end: 6n } }] })).not.toBe(digest);
  expect(vectorDigest({ ...base, vectors: [{ data, span: undefined }] })).not.toBe(digest);
});

it('gives each vector room of its own', () => {
  const read = [1, 2, 5_000, 3].map((length) =>
    decodeVector(
      { data: encodeF32(new Float32Array(length).fill(length)), span: undefined },
      VectorEncoding.F32,
      length,
    ),
  );
  for (const vector of read) vector.fill(-vector.length);
  expect(read.map((vector) => [...new Set(vector)])).toEqual([[-1], [-2], [-5_000], [-3]]);
});
