import type { Embedding, Span } from '@tercet/contracts';
import { type Head, inputsOf, type VectorHead } from './head-set.js';
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
 * @param beside the embedding that the head reads beside it, where it reads one.
 * @returns undefined where the embedding is not what the head reads: another dimension, a value that is not finite, a
 * signal that is not there, no vectors, not as many vectors beside them.
 */
export function applyHead(
  head: Head,
  embedding: Embedding,
  read: ReadOnce = () => readVectors(embedding),
  beside?: ReadOnce,
): HeadScore | undefined {
  const raw =
    'weights' in head ? vectorOutputs(head, embedding, read, beside) : signalOutputs(head, embedding);
  if (raw === undefined || raw.length === 0) return undefined;
  let top = 0;
  for (let i = 1; i < raw.length; i += 1) if ((raw[i] ?? 0) > (raw[top] ?? 0)) top = i;
  const { calibration, windows } = head.entry;
  const correction = Math.min(windows.max, windows.per_log * Math.log(raw.length));
  const score = sigmoid(calibration.scale * (raw[top] ?? 0) + calibration.offset - correction);
  return { score, span: raw.length === 1 ? undefined : embedding.vectors[top]?.span };
}

const NONE: readonly ReadVector[] = [];

function vectorOutputs(
  head: VectorHead,
  embedding: Embedding,
  read: ReadOnce,
  readBeside: ReadOnce | undefined,
): number[] | undefined {
  const { entry, weights } = head;
  if (embedding.dimension !== entry.dimension) return undefined;
  const vectors = read();
  if (vectors === undefined) return undefined;
  const beside = entry.beside === undefined ? NONE : readBeside?.();
  if (beside === undefined || (entry.beside !== undefined && beside.length !== vectors.length))
    return undefined;
  for (const { values } of beside) if (values.length !== entry.beside?.dimension) return undefined;
  const outputs = new Array<number>(vectors.length);
  for (let i = 0; i < vectors.length; i += 1) {
    const vector = vectors[i] as ReadVector;
    outputs[i] =
      entry.bias +
      (entry.kind === 'linear'
        ? dot(weights, 0, vector, beside[i]?.values)
        : hiddenLayer(weights, entry.hidden, inputsOf(entry), vector, beside[i]?.values));
  }
  return outputs;
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
