import { melBands } from './mel-bands.js';
import { RealSpectrum } from './real-spectrum.js';

const FRAME_SAMPLES = 400;
const HOP_SAMPLES = 160;
const FFT_SAMPLES = 512;
const LOG_OFFSET = 0.001;
/** Frames of one patch, 0.96 s apart from first to last. */
export const PATCH_FRAMES = 96;
export const PATCH_BANDS = 64;
/** Frames from one patch to the next: 0.48 s. */
const PATCH_HOP_FRAMES = 48;
/** Samples that one patch is made of, 0.975 s, and samples from one to the next. */
export const PATCH_SAMPLES = (PATCH_FRAMES - 1) * HOP_SAMPLES + FRAME_SAMPLES;
export const PATCH_HOP_SAMPLES = PATCH_HOP_FRAMES * HOP_SAMPLES;

const PATCH_SIZE = PATCH_FRAMES * PATCH_BANDS;
const WINDOW = Float64Array.from(
  { length: FRAME_SAMPLES },
  (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / FRAME_SAMPLES),
);
const BANDS = melBands({
  bands: PATCH_BANDS,
  bins: FFT_SAMPLES / 2 + 1,
  sampleRateHz: 16_000,
  lowestHz: 125,
  highestHz: 7500,
});

/** How many patches a clip gives: enough to hold its last sample, at least one. */
export function patchCount(samples: number): number {
  return 1 + Math.ceil(Math.max(0, samples - PATCH_SAMPLES) / PATCH_HOP_SAMPLES);
}

/**
 * Log-mel patches as YAMNet takes them (Plakal and Ellis; parameters of its published params.py): frames of 25 ms every
 * 10 ms under a periodic Hann window, magnitudes of a transform of 512 points, 64 mel bands over 125 to 7500 Hz,
 * ln(mel + 0.001); patches of 96 frames every 48. Zeros are added so that the last sample lies in a patch.
 *
 * @param samples mono, 16 bit, 16 kHz.
 * @returns row-major [patches, 96, 64].
 */
export function soundPatches(samples: Int16Array): Float32Array {
  const count = patchCount(samples.length);
  const frames = PATCH_FRAMES + (count - 1) * PATCH_HOP_FRAMES;
  const mel = logMel(samples, frames);
  const patches = new Float32Array(count * PATCH_SIZE);
  for (let index = 0; index < count; index += 1) {
    const from = index * PATCH_HOP_FRAMES * PATCH_BANDS;
    patches.set(mel.subarray(from, from + PATCH_SIZE), index * PATCH_SIZE);
  }
  return patches;
}

/** Row-major [frames, 64]; samples beyond the end are zeros. */
function logMel(samples: Int16Array, frames: number): Float32Array {
  const spectrum = new RealSpectrum(FFT_SAMPLES);
  const windowed = new Float64Array(FFT_SAMPLES);
  const mel = new Float32Array(frames * PATCH_BANDS);
  for (let frame = 0; frame < frames; frame += 1) {
    const start = frame * HOP_SAMPLES;
    for (let i = 0; i < FRAME_SAMPLES; i += 1)
      windowed[i] = ((samples[start + i] ?? 0) / 32_768) * (WINDOW[i] as number);
    const magnitudes = spectrum.transform(windowed);
    for (let band = 0; band < PATCH_BANDS; band += 1) {
      const { first, weights } = BANDS[band] as (typeof BANDS)[number];
      let sum = 0;
      for (let i = 0; i < weights.length; i += 1)
        sum += (weights[i] as number) * (magnitudes[first + i] as number);
      mel[frame * PATCH_BANDS + band] = Math.log(sum + LOG_OFFSET);
    }
  }
  return mel;
}
