import { BUCKETS, wordFeatures } from '../word-features.js';
import { foldWord } from '../words.js';
import type { Entry } from './vocabulary.js';

export interface FitOptions {
  readonly draws: number;
  readonly random: () => number;
  readonly onProgress: (share: number, loss: number) => void;
}

const RATE = 0.25;
/** Shrinks a weight a little whenever it is met (L2). */
const DECAY = 2e-6;
/** Share of draws in which the word itself is hidden, so that runs of letters learn to speak for words never seen. */
const HIDE_WORD = 0.3;
const MISSPELL = 0.08;

/**
 * Fits a logistic regression over hashed features by stochastic gradient descent with AdaGrad (Duchi et al., 2011) on words
 * drawn by weight. Answers one weight per bucket: a word's sum is its log-odds of being English among as much of both.
 */
export function fitWeights(
  entries: readonly Entry[],
  { draws, random, onProgress }: FitOptions,
): Float32Array {
  const weights = new Float32Array(BUCKETS);
  const squares = new Float32Array(BUCKETS).fill(1e-3);
  const draw = createDraw(entries, random);
  let loss = 0;
  for (let step = 1; step <= draws; step += 1) {
    const entry = draw();
    const word = random() < MISSPELL ? misspelled(entry.word, random) : entry.word;
    const features = wordFeatures(word);
    const from = features.length > 3 && random() < HIDE_WORD ? 1 : 0;
    let sum = 0;
    for (let i = from; i < features.length; i += 1) sum += weights[features[i] ?? 0] ?? 0;
    const probability = 1 / (1 + Math.exp(-sum));
    const error = probability - (entry.isEnglish ? 1 : 0);
    loss += -Math.log(Math.max(1e-9, entry.isEnglish ? probability : 1 - probability));
    for (let i = from; i < features.length; i += 1) {
      const bucket = features[i] ?? 0;
      const gradient = error + DECAY * (weights[bucket] ?? 0);
      squares[bucket] = (squares[bucket] ?? 0) + gradient * gradient;
      weights[bucket] = (weights[bucket] ?? 0) - (RATE * gradient) / Math.sqrt(squares[bucket] ?? 1);
    }
    if (step % 1_000_000 === 0) {
      onProgress(step / draws, loss / 1_000_000);
      loss = 0;
    }
  }
  return weights;
}

/** One byte a weight: as many steps of `scale`. */
export function quantise(weights: Float32Array): { readonly scale: number; readonly bytes: Int8Array } {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const scale = Math.min(largest, 6) / 127;
  return {
    scale,
    bytes: Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / scale)))),
  };
}

/** Draws an entry by its weight: a place in the running sum, found by halving. */
function createDraw(entries: readonly Entry[], random: () => number): () => Entry {
  const sums = new Float64Array(entries.length);
  let sum = 0;
  entries.forEach(({ weight }, index) => {
    sum += weight;
    sums[index] = sum;
  });
  return () => {
    const at = random() * sum;
    let low = 0;
    let high = entries.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) > at) high = middle;
      else low = middle + 1;
    }
    return entries[low] as Entry;
  };
}

/** A slip of the finger: two letters swapped, one left out, one twice. */
function misspelled(word: string, random: () => number): string {
  if (word.length < 4) return word;
  const at = 1 + Math.floor(random() * (word.length - 2));
  const slip = random();
  const changed =
    slip < 0.35
      ? word.slice(0, at) + word.slice(at + 1)
      : slip < 0.7
        ? word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2)
        : word.slice(0, at) + (word[at] ?? '').repeat(2) + word.slice(at);
  return foldWord(changed);
}
