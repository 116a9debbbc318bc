import type { RunModel, Tensor, Tensors } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';
import { applyTokenRules, argMax, logSumExp } from './token-rules.js';
import type { Vocabulary } from './vocabulary.js';

const WINDOW_SAMPLES = 480_000;
/** Samples that are mirrored on both sides: half of the Fourier transform's window. */
const MARGIN = 200;
const HEAD_WIDTH = 64;
/** Half of the decoder's positions, as in the reference decoder. */
export const MAX_TOKENS = 224;

/** The slots of the two graphs, as `run` takes them. */
export interface WhisperSlots {
  readonly encoder: string;
  readonly decoder: string;
}

/** What the encoder made of one window; `first` is the decoder's answer to the start token. */
export interface HeardWindow {
  readonly cross: Tensors;
  /** Probability that nothing is said, 0..1. */
  readonly noSpeech: number;
  /** Language codes with their probabilities, 0..1, that add up to 1; empty where the model has one language. */
  readonly languages: ReadonlyMap<string, number>;
  readonly cache: Tensors;
}

/** What was said in a window: tokens without prompt and end, with the logarithm of each one's probability. */
export interface SaidTokens {
  readonly tokens: readonly number[];
  readonly logProbabilities: readonly number[];
}

/** Runs the encoder over at most 30 s (mono, 16 bit, 16 kHz) and the decoder over its start token. */
export async function hear(
  samples: Int16Array,
  vocabulary: Vocabulary,
  slots: WhisperSlots,
  run: RunModel,
): Promise<HeardWindow> {
  const input = encoderInput(samples);
  const encoded = await run(slots.encoder, {
    samples: { type: 'float32', data: input, dims: [1, 1, input.length] },
  });
  const cross = Object.fromEntries(Object.entries(encoded).filter(([name]) => name.startsWith('cross_')));
  const layers = Object.keys(cross).length / 2;
  const heads = cross['cross_key.0']?.dims[0] ?? 0;
  const first = await step([vocabulary.startOfTranscript], cross, emptyCache(layers, heads), slots, run);
  const total = logSumExp(first.logits);
  const ids = [...vocabulary.languages.keys()];
  const inLanguages = logSumExp(Float32Array.from(ids, (id) => first.logits[id] as number));
  return {
    cross,
    cache: first.cache,
    noSpeech: Math.exp((first.logits[vocabulary.noSpeech] as number) - total),
    languages: new Map(
      [...vocabulary.languages].map(([id, code]) => [
        code,
        Math.exp((first.logits[id] as number) - inLanguages),
      ]),
    ),
  };
}

/**
 * Greedy decoding with timestamps: at each step the likeliest token that the rules allow.
 * @param language a code of the vocabulary; undefined for a model of one language.
 * @param repeatLength see {@link applyTokenRules}.
 */
export async function say(
  heard: HeardWindow,
  language: string | undefined,
  vocabulary: Vocabulary,
  slots: WhisperSlots,
  run: RunModel,
  repeatLength = 0,
): Promise<SaidTokens> {
  const tokens: number[] = [];
  const logProbabilities: number[] = [];
  let { cache } = heard;
  let next = promptAfterStart(language, vocabulary);
  let logits: Float32Array | undefined;
  if (next.length === 0) {
    // A model of one language has nothing between its start and the first token; its answer to the start is asked again.
    next = [vocabulary.startOfTranscript];
    cache = emptyCacheLike(heard.cache);
  }
  while (tokens.length < MAX_TOKENS) {
    const answer = await step(next, heard.cross, cache, slots, run);
    ({ cache, logits } = answer);
    applyTokenRules(logits, tokens, vocabulary, repeatLength);
    const token = argMax(logits);
    const logProbability = (logits[token] as number) - logSumExp(logits);
    if (token === vocabulary.endOfText) break;
    tokens.push(token);
    logProbabilities.push(logProbability);
    next = [token];
  }
  return { tokens, logProbabilities };
}

function promptAfterStart(language: string | undefined, vocabulary: Vocabulary): number[] {
  if (language === undefined) return [];
  const id = [...vocabulary.languages].find(([, code]) => code === language)?.[0];
  if (id === undefined) throw new BugError(`the speech model has no language ${language}`);
  return [id, vocabulary.transcribe];
}

/** One run of the decoder: logits after the last token, in memory of their own, and the grown cache. */
async function step(
  tokens: readonly number[],
  cross: Tensors,
  cache: Tensors,
  slots: WhisperSlots,
  run: RunModel,
): Promise<{ logits: Float32Array; cache: Tensors }> {
  const data = BigInt64Array.from(tokens, BigInt);
  const { logits, ...grown } = await run(slots.decoder, {
    tokens: { type: 'int64', data, dims: [tokens.length] },
    ...cache,
    ...cross,
  });
  if (!(logits?.data instanceof Float32Array)) throw new BugError(`${slots.decoder} answers without logits`);
  const vocabulary = logits.dims[1] ?? 0;
  return {
    logits: logits.data.slice(logits.data.length - vocabulary),
    cache: Object.fromEntries(Object.entries(grown).map(([name, tensor]) => [`past_${name}`, tensor])),
  };
}

function emptyCache(layers: number, heads: number): Tensors {
  const empty = (dims: readonly number[]): Tensor => ({ type: 'float32', data: new Float32Array(0), dims });
  return Object.fromEntries(
    Array.from({ length: layers }, (_, index) => [
      [`past_key.${index}`, empty([heads, HEAD_WIDTH, 0])],
      [`past_value.${index}`, empty([heads, 0, HEAD_WIDTH])],
    ]).flat(),
  );
}

function emptyCacheLike(cache: Tensors): Tensors {
  const heads = cache['past_key.0']?.dims[0] ?? 0;
  return emptyCache(Object.keys(cache).length / 2, heads);
}

/** Samples at -1..1, silence up to 30 s, both ends mirrored by 200 samples. */
export function encoderInput(samples: Int16Array): Float32Array {
  const input = new Float32Array(MARGIN + WINDOW_SAMPLES + MARGIN);
  const count = Math.min(samples.length, WINDOW_SAMPLES);
  for (let i = 0; i < count; i += 1) input[MARGIN + i] = (samples[i] as number) / 32_768;
  for (let i = 0; i < MARGIN; i += 1) {
    input[MARGIN - 1 - i] = input[MARGIN + 1 + i] as number;
    input[MARGIN + WINDOW_SAMPLES + i] = input[MARGIN + WINDOW_SAMPLES - 2 - i] as number;
  }
  return input;
}
