import {
  type Embedding,
  encodeF32,
  type ModelRef,
  type Span,
  type SpanUnit,
  type Truncation,
  type TruncationCode,
  VectorEncoding,
  vectorDigest,
} from '@tercet/contracts';
import { BugError } from '@tercet/kit';
import type { Stretch } from './sampling.js';

/** One row of a model's answer for one part. */
export interface Row {
  readonly vector: Float32Array;
  /** Absent where the row stands for the whole part. */
  readonly span?: Span;
}

/**
 * Packs one model's rows for one part, in the order of their spans, as binary32.
 * @param signals the model's native scores by name, one value per row.
 * @throws BugError where rows differ in length or hold something that is no finite number.
 */
export function toEmbedding(
  model: ModelRef,
  rows: readonly Row[],
  signals: Readonly<Record<string, readonly number[]>> = {},
): Embedding {
  const dimension = rows[0]?.vector.length ?? 0;
  for (const { vector } of rows) {
    if (vector.length !== dimension) throw new BugError(`${model.name} answers rows of unequal length`);
    if (!vector.every(Number.isFinite)) throw new BugError(`${model.name} answers what is no number`);
  }
  const packed = {
    dimension,
    encoding: VectorEncoding.F32,
    vectors: rows.map(({ vector, span }) => ({ data: encodeF32(vector), span })),
  };
  const named = Object.entries(signals).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, values] of named) {
    if (values.length !== rows.length) throw new BugError(`signal ${name} has not one value per row`);
  }
  return {
    model,
    ...packed,
    vectorDigest: vectorDigest(packed),
    signals: named.map(([name, values]) => ({ name, values: [...values] })),
  };
}

/** A stretch as the contracts carry it. */
export function spanOf(unit: SpanUnit, { start, end }: Stretch): Span {
  return { unit, start: BigInt(start), end: BigInt(end) };
}

/** Stretches that were not looked at, with the limit that they lie beyond. */
export function truncations(
  unit: SpanUnit,
  code: TruncationCode,
  stretches: readonly Stretch[],
): Truncation[] {
  return stretches.map((stretch) => ({ span: spanOf(unit, stretch), code }));
}
