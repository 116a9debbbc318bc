import { decodeVector, type Embedding, type Span } from '@tercet/contracts';
import type { Head } from './head-set.js';
import { logit, sigmoid } from './probability.js';

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
 * @returns undefined where the embedding is not what the head reads: another dimension, a value that is not finite, a
 * signal that is not there, no vectors.
 */
export function applyHead(head: Head, embedding: Embedding): HeadScore | undefined {
  const raw = head.entry.kind === 'linear' ? linearOutputs(head, embedding) : signalOutputs(head, embedding);
  if (raw === undefined || raw.length === 0) return undefined;
  let top = 0;
  for (let i = 1; i < raw.length; i += 1) if ((raw[i] ?? 0) > (raw[top] ?? 0)) top = i;
  const { calibration, windows } = head.entry;
  const correction = Math.min(windows.max, windows.per_log * Math.log(raw.length));
  const score = sigmoid(calibration.scale * (raw[top] ?? 0) + calibration.offset - correction);
  return { score, span: raw.length === 1 ? undefined : embedding.vectors[top]?.span };
}

function linearOutputs(head: Head, embedding: Embedding): number[] | undefined {
  if (head.entry.kind !== 'linear' || !('weights' in head)) return undefined;
  if (embedding.dimension !== head.entry.dimension) return undefined;
  const outputs: number[] = [];
  for (const vector of embedding.vectors) {
    const values = finiteVector(embedding, vector);
    if (values === undefined) return undefined;
    outputs.push(normalisedDot(head.weights, values) + head.entry.bias);
  }
  return outputs;
}

function finiteVector(embedding: Embedding, vector: Embedding['vectors'][number]): Float32Array | undefined {
  try {
    const values = decodeVector(vector, embedding.encoding, embedding.dimension);
    return values.every(Number.isFinite) ? values : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Dot product with the L2-normalised vector, in double precision. */
function normalisedDot(weights: Float32Array, vector: Float32Array): number {
  let dot = 0;
  let square = 0;
  for (let i = 0; i < vector.length; i += 1) {
    const x = vector[i] ?? 0;
    dot += (weights[i] ?? 0) * x;
    square += x * x;
  }
  return square > 0 ? dot / Math.sqrt(square) : 0;
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
