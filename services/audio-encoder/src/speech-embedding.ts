import type { RunModel, Tensor } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';
import type { SegmentEmbedder, SegmentSamples } from './segment-model.js';

const MEL_BANDS = 32;
/** Log-mel frames, 10 ms apart, that the embedding model takes at once. */
const WINDOW_FRAMES = 76;
/** Frames between two windows: 320 ms, so that neighbours share 440 ms and a short sound is whole in one. */
const HOP_FRAMES = 32;
const FRAME_SAMPLES = 160;
/** Samples of the model's FFT beyond a frame's own. */
const FFT_OVERHANG = 352;
const MIN_SAMPLES = WINDOW_FRAMES * FRAME_SAMPLES + FFT_OVERHANG;
const WIDTH = 96;

/** Elements of {@link speechEmbedder}'s vectors. */
export const SPEECH_DIMENSION = 2 * WIDTH;

export interface SpeechSlots {
  /** Log-mel spectrogram: `input` [1, samples] at int16 scale -> [1, 1, frames, 32]. */
  readonly mel: string;
  /** Speech embedding: `input_1` [n, 76, 32, 1] -> [n, 1, 1, 96]. */
  readonly embedding: string;
}

/**
 * Google's speech embedding (Lin et al., "Training keyword spotters with limited and synthesized speech data", 2020)
 * over windows of 0.76 s: element-wise mean, then element-wise maximum over a segment's windows, 192 elements,
 * scaled to unit length. The mean tells what a segment is like, the maximum what happens in it once.
 * @param slots slot names as `run` takes them.
 */
export function speechEmbedder(slots: SpeechSlots): SegmentEmbedder {
  return {
    async embed(segments, run) {
      const vectors: Float32Array[] = [];
      // One by one: the spectrogram clips at 80 dB below the loudest sample of all its rows, so a neighbour would
      // change a row; and the embedding model gains nothing from a longer batch than a segment's own windows.
      for (const samples of segments) vectors.push(await embedSegment(samples, slots, run));
      return { vectors, signals: {} };
    },
  };
}

async function embedSegment(
  samples: SegmentSamples,
  slots: SpeechSlots,
  run: RunModel,
): Promise<Float32Array> {
  const wave = new Float32Array(Math.max(samples.length, MIN_SAMPLES));
  wave.set(samples);
  const mel = only(
    await run(
      slots.mel,
      { input: { type: 'float32', data: wave, dims: [1, wave.length] } },
      { giveAway: true },
    ),
    slots.mel,
  );
  const windows = melWindows(mel);
  const count = windows.length / (WINDOW_FRAMES * MEL_BANDS);
  const embedded = only(
    await run(
      slots.embedding,
      { input_1: { type: 'float32', data: windows, dims: [count, WINDOW_FRAMES, MEL_BANDS, 1] } },
      { giveAway: true },
    ),
    slots.embedding,
  );
  return pool(embedded, count);
}

/** Cuts a log-mel [frames, 32] into windows, scaled as the embedding model was trained: mel / 10 + 2. */
export function melWindows(mel: Float32Array): Float32Array {
  const frames = mel.length / MEL_BANDS;
  const count = Math.ceil(Math.max(0, frames - WINDOW_FRAMES) / HOP_FRAMES) + 1;
  const size = WINDOW_FRAMES * MEL_BANDS;
  const windows = new Float32Array(count * size);
  for (let index = 0; index < count; index += 1) {
    // The last window is moved back to end with the segment.
    const first = Math.min(index * HOP_FRAMES, frames - WINDOW_FRAMES) * MEL_BANDS;
    for (let i = 0; i < size; i += 1) windows[index * size + i] = (mel[first + i] ?? 0) / 10 + 2;
  }
  return windows;
}

/** Mean and maximum over [count, 96], then unit length. */
export function pool(rows: Float32Array, count: number): Float32Array {
  const out = new Float32Array(2 * WIDTH);
  for (let column = 0; column < WIDTH; column += 1) {
    let sum = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < count; row += 1) {
      const value = rows[row * WIDTH + column] ?? 0;
      sum += value;
      highest = Math.max(highest, value);
    }
    out[column] = sum / count;
    out[WIDTH + column] = highest;
  }
  const length = Math.hypot(...out);
  return length === 0 ? out : out.map((value) => value / length);
}

function only(outputs: Readonly<Record<string, Tensor>>, slot: string): Float32Array {
  const [tensor, ...more] = Object.values(outputs);
  if (!(tensor?.data instanceof Float32Array) || more.length > 0)
    throw new BugError(`${slot} answers something other than one float tensor`);
  return tensor.data;
}
