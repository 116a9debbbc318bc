import type { Embedding, Span } from '@tercet/contracts';
import type { Head, LinearHead } from './head-set.js';
import { logit, sigmoid } from './probability.js';
import { type ReadOnce, type ReadVector, readVectors } from './read-vectors.js';

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
 * @param read answers the embedding's vectors as numbers; given by callers that apply several heads to one embedding.
 * @returns undefined where the embedding is not what the head reads: another dimension, a value that is not finite, a
 * signal that is not there, no vectors.
 */
export function applyHead(
  head: Head,
  embedding: Embedding,
  read: ReadOnce = () => readVectors(embedding),
): HeadScore | undefined {
  const raw = 'weights' in head ? linearOutputs(head, embedding, read) : signalOutputs(head, embedding);
  if (raw === undefined || raw.length === 0) return undefined;
  let top = 0;
  for (let i = 1; i < raw.length; i += 1) if ((raw[i] ?? 0) > (raw[top] ?? 0)) top = i;
  const { calibration, windows } = head.entry;
  const correction = Math.min(windows.max, windows.per_log * Math.log(raw.length));
  const score = sigmoid(calibration.scale * (raw[top] ?? 0) + calibration.offset - correction);
  return { score, span: raw.length === 1 ? undefined : embedding.vectors[top]?.span };
}

function linearOutputs(head: LinearHead, embedding: Embedding, read: ReadOnce): number[] | undefined {
  if (embedding.dimension !== head.entry.dimension) return undefined;
  return read()?.map((vector) => normalisedDot(head.weights, vector) + head.entry.bias);
}

/** Dot product with the L2-normalised vector, in double precision. */
function normalisedDot(weights: Float32Array, { values, length }: ReadVector): number {
  if (length === 0) return 0;
  let dot = 0;
  for (let i = 0; i < values.length; i += 1) dot += (weights[i] ?? 0) * (values[i] ?? 0);
  return dot / length;
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
