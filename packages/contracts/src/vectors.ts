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

/** Memory of one vector, as numbers and as bytes. */
export class VectorMemory {
  readonly values: Float32Array;
  readonly bytes: Uint8Array;

  constructor(dimension: number) {
    this.values = new Float32Array(dimension);
    this.bytes = new Uint8Array(this.values.buffer);
  }
}

/**
 * Reads a vector as it lies on the wire.
 * @param allocate is asked once the length is known to be right; memory that is used again holds until then.
 * @throws RangeError where the length is not `dimension` elements.
 */
export function decodeVector(
  { data }: Vector,
  encoding: VectorEncoding,
  dimension: number,
  allocate = (elements: number) => new VectorMemory(elements),
): Float32Array {
  const size = bytesPerElement(encoding);
  if (data.length !== dimension * size) {
    throw new RangeError(
      `vector of ${data.length} bytes where ${dimension} elements of ${size} bytes were announced`,
    );
  }
  const { values, bytes } = allocate(dimension);
  if (size === 4 && IS_LITTLE_ENDIAN) {
    bytes.set(data);
    return values;
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let i = 0; i < dimension; i += 1) {
    values[i] = size === 2 ? halfToFloat(view.getUint16(i * 2, true)) : view.getFloat32(i * 4, true);
  }
  return values;
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
