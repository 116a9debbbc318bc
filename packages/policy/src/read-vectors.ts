import { decodeVector, type Embedding } from '@tercet/contracts';

/** A vector as numbers, and its L2 norm in double precision. */
export interface ReadVector {
  readonly values: Float32Array;
  readonly length: number;
}

/** An embedding's vectors; undefined where they cannot be read. */
export type ReadOnce = () => readonly ReadVector[] | undefined;

/** Reads an embedding's vectors when first asked for: several heads share them, and a signal needs none. */
export function readOnce(embedding: Embedding): ReadOnce {
  let read: { readonly vectors: readonly ReadVector[] | undefined } | undefined;
  return () => {
    read ??= { vectors: readVectors(embedding) };
    return read.vectors;
  };
}

/**
 * Reads an embedding's vectors as numbers.
 * @returns undefined where one is not as long as announced, or holds a value that is not finite.
 */
export function readVectors(embedding: Embedding): ReadVector[] | undefined {
  try {
    const read: ReadVector[] = [];
    for (const vector of embedding.vectors) {
      const values = decodeVector(vector, embedding.encoding, embedding.dimension);
      const length = Math.sqrt(sumOfSquares(values));
      // Squares of binary32 numbers cannot overflow a double: their sum is finite exactly where every value is.
      if (!Number.isFinite(length)) return undefined;
      read.push({ values, length });
    }
    return read;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    const x = values[i] ?? 0;
    sum += x * x;
  }
  return sum;
}
