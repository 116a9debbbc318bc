import type { Span } from '@tercet/contracts';
import { type Head, isLinear, type LinearHead } from './head.js';
import type { ReadVector } from './read-vectors.js';

/** Heads that are applied in one pass over a vector: as many as the shipped sets have for one model and language. */
export const LANES = 6;

const BYTES = Float64Array.BYTES_PER_ELEMENT;
const ROW_BYTES = LANES * BYTES;

/** A linear head's place in its block. */
export interface Lane {
  readonly block: LinearBlock;
  readonly index: number;
}

/** What one head of a block says about a part; written over when the block is applied again. */
export interface LaneScore {
  score: number;
  span: Span | undefined;
}

/**
 * Two to {@link LANES} linear heads that read the same vectors, their weights side by side: most of deciding is these sums, and
 * so a vector's elements are read once for all of them. Each head's sum has the order of additions that it has alone,
 * hence the same bits.
 */
export class LinearBlock {
  /** One per head. */
  readonly scores: readonly LaneScore[];
  readonly #dimension: number;
  /**
   * Number i * LANES + lane for element i of a vector, then of what lies beside it. Double precision holds every binary32: none is
   * converted each time that it is read. Through a view the sums take two thirds of the time that they take over an array.
   */
  readonly #weights: DataView;

  constructor(
    /** Among the blocks of one model. */
    readonly place: number,
    /** All of one dimension, with the same beside them. */
    readonly heads: readonly LinearHead[],
  ) {
    this.scores = heads.map(() => ({ score: 0, span: undefined }));
    this.#dimension = heads[0]?.entry.dimension ?? 0;
    this.#weights = new DataView(new ArrayBuffer((heads[0]?.weights.length ?? 0) * ROW_BYTES));
    for (const [lane, { weights }] of heads.entries())
      for (const [i, weight] of weights.entries())
        this.#weights.setFloat64(i * ROW_BYTES + lane * BYTES, weight, true);
  }

  /**
   * Dot products of each head with the L2-normalised vector and what lies beside it.
   * @param outputs takes LANES numbers.
   */
  multiply({ values, length }: ReadVector, beside: Float32Array | undefined, outputs: Float64Array): void {
    outputs.fill(0);
    if (length > 0) {
      this.#add(values, 0, outputs);
      for (let lane = 0; lane < LANES; lane += 1) outputs[lane] = (outputs[lane] ?? 0) / length;
    }
    if (beside !== undefined) this.#add(beside, this.#dimension, outputs);
  }

  #add(values: Float32Array, from: number, sums: Float64Array): void {
    const weights = this.#weights;
    let a = sums[0] ?? 0;
    let b = sums[1] ?? 0;
    let c = sums[2] ?? 0;
    let d = sums[3] ?? 0;
    let e = sums[4] ?? 0;
    let f = sums[5] ?? 0;
    for (let i = 0, at = from * ROW_BYTES; i < values.length; i += 1, at += ROW_BYTES) {
      const x = values[i] ?? 0;
      a += weights.getFloat64(at, true) * x;
      b += weights.getFloat64(at + BYTES, true) * x;
      c += weights.getFloat64(at + 2 * BYTES, true) * x;
      d += weights.getFloat64(at + 3 * BYTES, true) * x;
      e += weights.getFloat64(at + 4 * BYTES, true) * x;
      f += weights.getFloat64(at + 5 * BYTES, true) * x;
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
    sums[4] = e;
    sums[5] = f;
  }
}

/**
 * Puts the linear heads of one model into blocks, in their order; one that shares its input with no other stays alone.
 * @returns each head's lane; undefined for a head that is in no block.
 */
export function lanesOf(heads: readonly Head[]): (Lane | undefined)[] {
  const byInput = new Map<string, LinearHead[]>();
  for (const head of heads.filter(isLinear)) {
    const { dimension, beside } = head.entry;
    const input = JSON.stringify([dimension, beside?.dimension, beside?.models.map(({ digest }) => digest)]);
    byInput.set(input, [...(byInput.get(input) ?? []), head]);
  }
  const lanes = new Map<Head, Lane>();
  let place = 0;
  for (const alike of byInput.values()) {
    for (let from = 0; from + 1 < alike.length; from += LANES) {
      const block = new LinearBlock(place, alike.slice(from, from + LANES));
      for (const [index, head] of block.heads.entries()) lanes.set(head, { block, index });
      place += 1;
    }
  }
  return heads.map((head) => lanes.get(head));
}
