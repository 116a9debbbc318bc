import { decodeVector, type Embedding, type Vector, VectorMemory } from '@tercet/contracts';

/** A vector as numbers, and its L2 norm in double precision. */
export interface ReadVector {
  readonly values: Float32Array;
  readonly length: number;
}

/** An embedding's vectors; undefined where they cannot be read. */
export type Vectors = readonly ReadVector[] | undefined;

const MAX_KEPT = 64;
const LONGEST_KEPT = 2_048;
// Vectors are most of what deciding reads and are needed for one part only: memory of their own, and collecting it, would
// cost as much as scoring them.
const kept: VectorMemory[] = [];
let taken = 0;

function takeMemory(dimension: number): VectorMemory {
  const known = kept[taken];
  if (known?.values.length === dimension) {
    taken += 1;
    return known;
  }
  const memory = new VectorMemory(dimension);
  if (taken < MAX_KEPT && dimension <= LONGEST_KEPT) {
    kept[taken] = memory;
    taken += 1;
  }
  return memory;
}

/**
 * The vectors of a part's embeddings, each read when first asked for: several heads share them, and a signal needs none.
 * They hold until the next part's are read.
 */
export class PartVectors {
  readonly #read: (Vectors | 'unread')[];

  constructor(readonly embeddings: readonly Embedding[]) {
    this.#read = new Array<Vectors | 'unread'>(embeddings.length).fill('unread');
    taken = 0;
  }

  /** Of the embedding at a position; undefined also where there is none. */
  at(position: number): Vectors {
    const embedding = this.embeddings[position];
    if (embedding === undefined) return undefined;
    const known = this.#read[position];
    if (known !== 'unread') return known;
    const vectors = readVectors(embedding, takeMemory);
    this.#read[position] = vectors;
    return vectors;
  }
}

/**
 * Reads an embedding's vectors as numbers.
 * @param allocate answers the memory for each.
 * @returns undefined where one is not as long as announced, or holds a value that is not finite.
 */
export function readVectors(
  { vectors, encoding, dimension }: Embedding,
  allocate?: (dimension: number) => VectorMemory,
): Vectors {
  try {
    const read = new Array<ReadVector>(vectors.length);
    for (let i = 0; i < vectors.length; i += 1) {
      const values = decodeVector(vectors[i] as Vector, encoding, dimension, allocate);
      const length = Math.sqrt(sumOfSquares(values));
      // Squares of binary32 numbers cannot overflow a double: their sum is finite exactly where every value is.
      if (!Number.isFinite(length)) return undefined;
      read[i] = { values, length };
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
