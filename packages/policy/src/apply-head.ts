import type { Embedding, Span } from '@tercet/contracts';
import { type Head, inputsOf, type LinearHead, type VectorHead } from './head.js';
import type { HeadEntry, VectorEntry } from './head-manifest.js';
import { LANES, type LaneScore, type LinearBlock } from './linear-block.js';
import { logit, sigmoid } from './probability.js';
import type { ReadVector, Vectors } from './read-vectors.js';

/** What one head says about one part: a calibrated probability, and the window that said it. */
export interface HeadScore {
  readonly score: number;
  /** Absent where the part is one vector. */
  readonly span: Span | undefined;
}

/**
 * Applies a head to what its model made of a part. The highest window speaks for the part, so that benign filling cannot
 * dilute a harmful stretch; from its log-odds `min(max, per_log * ln k)` is taken, because the highest of k benign windows
 * is higher than one of them. The correction is bounded for the same reason: filling may cost a harmful stretch `max` at
 * most.
 * @param vectors the embedding's; a signal needs none.
 * @param beside those of the embedding that the head reads beside it, where it reads one.
 * @returns undefined where the embedding is not what the head reads: another dimension, a value that is not finite, a
 * signal that is not there, no vectors, not as many vectors beside them.
 */
export function applyHead(
  head: Head,
  embedding: Embedding,
  vectors: Vectors,
  beside: Vectors,
): HeadScore | undefined {
  const raw =
    'weights' in head ? vectorOutputs(head, embedding, vectors, beside) : signalOutputs(head, embedding);
  if (raw === undefined || raw.length === 0) return undefined;
  let top = 0;
  for (let i = 1; i < raw.length; i += 1) if ((raw[i] ?? 0) > (raw[top] ?? 0)) top = i;
  return {
    score: scoreOf(head.entry, raw[top] ?? 0, raw.length),
    span: spanOf(embedding, top, raw.length),
  };
}

const NONE: readonly HeadScore[] = [];
// Of one block at a time: its products of one window, the highest so far, and the windows that have it.
const products = new Float64Array(LANES);
const highest = new Float64Array(LANES);
const windowOf = new Int32Array(LANES);

/**
 * {@link applyHead} for each head of a block.
 * @returns one score per head, which hold until the block is applied again; none where the embedding is not what they read.
 */
export function applyBlock(
  block: LinearBlock,
  embedding: Embedding,
  vectors: Vectors,
  beside: Vectors,
): readonly HeadScore[] {
  const { heads } = block;
  const [first] = heads;
  if (first === undefined || !isReadBy(first.entry, embedding, vectors, beside)) return NONE;
  for (let window = 0; window < vectors.length; window += 1) {
    const values = first.entry.beside === undefined ? undefined : beside?.[window]?.values;
    block.multiply(vectors[window] as ReadVector, values, products);
    for (let lane = 0; lane < heads.length; lane += 1) {
      const output = (heads[lane]?.entry.bias ?? 0) + (products[lane] ?? 0);
      if (window > 0 && output <= (highest[lane] ?? 0)) continue;
      highest[lane] = output;
      windowOf[lane] = window;
    }
  }
  for (let lane = 0; lane < heads.length; lane += 1) {
    const own = block.scores[lane] as LaneScore;
    own.score = scoreOf((heads[lane] as LinearHead).entry, highest[lane] ?? 0, vectors.length);
    own.span = spanOf(embedding, windowOf[lane] ?? 0, vectors.length);
  }
  return block.scores;
}

/** The calibrated score of the highest of `count` windows. */
function scoreOf({ calibration, windows }: HeadEntry, output: number, count: number): number {
  const correction = count === 1 ? 0 : Math.min(windows.max, windows.per_log * Math.log(count));
  return sigmoid(calibration.scale * output + calibration.offset - correction);
}

/** Where one of `count` windows lies. */
function spanOf({ vectors }: Embedding, window: number, count: number): Span | undefined {
  return count === 1 ? undefined : vectors[window]?.span;
}

/** Whether a head over vectors reads these: its dimension, and as many of the right one beside them. */
function isReadBy(
  { dimension, beside: reads }: VectorEntry,
  embedding: Embedding,
  vectors: Vectors,
  beside: Vectors,
): vectors is readonly ReadVector[] {
  if (embedding.dimension !== dimension || vectors === undefined || vectors.length === 0) return false;
  if (reads === undefined) return true;
  return beside?.length === vectors.length && beside.every(({ values }) => values.length === reads.dimension);
}

function vectorOutputs(
  head: VectorHead,
  embedding: Embedding,
  vectors: Vectors,
  beside: Vectors,
): number[] | undefined {
  const { entry, weights } = head;
  if (!isReadBy(entry, embedding, vectors, beside)) return undefined;
  return vectors.map((vector, window) => {
    const values = entry.beside === undefined ? undefined : beside?.[window]?.values;
    const product =
      entry.kind === 'linear'
        ? dot(weights, 0, vector, values)
        : hiddenLayer(weights, entry.hidden, inputsOf(entry), vector, values);
    return entry.bias + product;
  });
}

/** v tanh(W x + b), laid out as `head-manifest.ts` says. */
function hiddenLayer(
  weights: Float32Array,
  hidden: number,
  inputs: number,
  vector: ReadVector,
  beside: Float32Array | undefined,
): number {
  const biases = hidden * inputs;
  let sum = 0;
  for (let unit = 0; unit < hidden; unit += 1) {
    const inner = dot(weights, unit * inputs, vector, beside) + (weights[biases + unit] ?? 0);
    sum += (weights[biases + hidden + unit] ?? 0) * Math.tanh(inner);
  }
  return sum;
}

/** Dot product with the L2-normalised vector and what lies beside it, in double precision, from a place in the weights. */
function dot(
  weights: Float32Array,
  from: number,
  { values, length }: ReadVector,
  beside: Float32Array | undefined,
): number {
  let sum = 0;
  if (length > 0) {
    for (let i = 0; i < values.length; i += 1) sum += (weights[from + i] ?? 0) * (values[i] ?? 0);
    sum /= length;
  }
  if (beside === undefined) return sum;
  const rest = from + values.length;
  for (let i = 0; i < beside.length; i += 1) sum += (weights[rest + i] ?? 0) * (beside[i] ?? 0);
  return sum;
}

function signalOutputs(head: Head, embedding: Embedding): number[] | undefined {
  if (head.entry.kind !== 'signal') return undefined;
  const sums = new Array<number>(embedding.vectors.length).fill(0);
  for (const { name, weight } of head.entry.signals) {
    const values = embedding.signals.find((signal) => signal.name === name)?.values;
    if (values === undefined || values.length !== sums.length || !values.every(Number.isFinite))
      return undefined;
    for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] ?? 0) + weight * (values[i] ?? 0);
  }
  return head.entry.transform === 'logit' ? sums.map(logit) : sums;
}
