import { createHash } from 'node:crypto';
import { type Embedding, type Vector, VectorEncoding } from './gen/tercet/v1/embedding.js';

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Bytes of one element. */
export function bytesPerElement(encoding: VectorEncoding): number {
  return encoding === VectorEncoding.F16 ? 2 : 4;
}

/** Writes a vector of `n` elements as binary32, little endian: `n * 4` bytes. */
export function encodeF32(vector: Float32Array): Uint8Array {
  const bytes = new Uint8Array(vector.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < vector.length; i += 1) view.setFloat32(i * 4, vector[i] ?? 0, true);
  return bytes;
}

// Memory of its own costs a short-lived vector more than reading it does; a slab goes when the last one on it goes.
const SLAB_ELEMENTS = 16_384;
const LONGEST_ON_SLAB = 2_048;
let slab = new Float32Array(0);
let used = 0;

function newVector(dimension: number): Float32Array {
  if (dimension > LONGEST_ON_SLAB) return new Float32Array(dimension);
  if (used + dimension > slab.length) {
    slab = new Float32Array(SLAB_ELEMENTS);
    used = 0;
  }
  used += dimension;
  return slab.subarray(used - dimension, used);
}

/** Reads a vector as it lies on the wire; it may share its buffer with others. Throws RangeError where the length is not `dimension` elements. */
export function decodeVector(vector: Vector, encoding: VectorEncoding, dimension: number): Float32Array {
  const size = bytesPerElement(encoding);
  const { data } = vector;
  if (data.length !== dimension * size) {
    throw new RangeError(
      `vector of ${data.length} bytes where ${dimension} elements of ${size} bytes were announced`,
    );
  }
  const out = newVector(dimension);
  if (size === 4 && IS_LITTLE_ENDIAN) {
    new Uint8Array(out.buffer, out.byteOffset, data.length).set(data);
    return out;
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let i = 0; i < dimension; i += 1) {
    out[i] = size === 2 ? halfToFloat(view.getUint16(i * 2, true)) : view.getFloat32(i * 4, true);
  }
  return out;
}

/** IEEE 754 binary16 to number. */
function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Digest of an embedding's vectors with their spans: the identity of what a decision was made from. */
export function vectorDigest(embedding: Pick<Embedding, 'dimension' | 'encoding' | 'vectors'>): string {
  const hash = createHash('sha256');
  hash.update(`${embedding.encoding}\n${embedding.dimension}\n${embedding.vectors.length}\n`);
  for (const { data, span } of embedding.vectors) {
    hash.update(span ? `${span.unit}:${span.start}-${span.end}\n` : '-\n');
    hash.update(data);
  }
  return hash.digest('hex');
}
