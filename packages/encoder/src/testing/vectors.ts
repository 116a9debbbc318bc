import { decodeVector, type Embedding } from '@tercet/contracts';
import type { Outcome, PartInput } from '../modality.js';

/** A part as an encoder is handed it. */
export function part(bytes: Uint8Array | string, mediaType = ''): PartInput {
  return { bytes: Buffer.from(bytes), mediaType, language: '', derivation: undefined };
}

/**
 * The one embedding of an outcome.
 * @param digest of its model, where several stand beside each other.
 */
export function onlyEmbedding(outcome: Outcome | undefined, digest?: string): Embedding {
  if (outcome?.kind !== 'embedded') throw new Error(`expected an embedding, got ${JSON.stringify(outcome)}`);
  const [embedding, ...more] = outcome.embeddings.filter(
    ({ model }) => digest === undefined || model?.digest === digest,
  );
  if (embedding === undefined || more.length > 0) throw new Error('expected one embedding');
  return embedding;
}

/** Vectors of {@link onlyEmbedding}. */
export function vectorsOf(outcome: Outcome | undefined, digest?: string): Float32Array[] {
  const { vectors, encoding, dimension } = onlyEmbedding(outcome, digest);
  return vectors.map((vector) => decodeVector(vector, encoding, dimension));
}

/** Largest difference between two vectors' elements. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} elements against ${b.length}`);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    dot += (a[i] ?? 0) * (b[i] ?? 0);
    aa += (a[i] ?? 0) ** 2;
    bb += (b[i] ?? 0) ** 2;
  }
  return dot / Math.sqrt(aa * bb);
}
