import type { GraphBuilder } from '../onnx/graph-builder.js';

const SAMPLE_RATE = 16_000;
const FFT_SAMPLES = 400;
const HOP_SAMPLES = 160;
const BINS = FFT_SAMPLES / 2 + 1;
/** Power below which the logarithm is not taken. */
const FLOOR = 1e-10;
/** How far below the loudest value anything may lie, in powers of ten. */
const RANGE = 8;

/**
 * Writes Whisper's log-mel front end (Radford et al. 2022, `log_mel_spectrogram` of the reference code): Hann window of
 * 400 samples every 160, power spectrum, mel bands, log10, clamped 8 below the largest, (x + 4) / 4.
 *
 * The Fourier transform is a convolution with cosines and sines, the window folded in.
 * @param samples float32 [1, 1, 200 + 160 n + 200], -1..1, the margins mirrored.
 * @returns [1, bands, n]: as in the reference, the last frame is dropped.
 */
export function logMel(graph: GraphBuilder, samples: string, bands: number): string {
  const spectrum = graph.op('Conv', [samples, graph.floats([2 * BINS, 1, FFT_SAMPLES], fourierBasis())], {
    strides: { ints: [HOP_SAMPLES] },
  });
  const frames = graph.op('Slice', [
    spectrum,
    graph.int64s([1], [0]),
    graph.int64s([1], [-1]),
    graph.int64s([1], [2]),
  ]);
  const [real, imaginary] = graph.ops('Split', [graph.op('Mul', [frames, frames])], 2, {
    axis: { int: 1 },
  }) as [string, string];
  const power = graph.op('Add', [real, imaginary]);
  const mel = graph.op('MatMul', [graph.floats([bands, BINS], melFilters(bands)), power]);
  const floored = graph.op('Max', [mel, graph.floats([], [FLOOR])]);
  const log10 = graph.op('Mul', [graph.op('Log', [floored]), graph.floats([], [1 / Math.LN10])]);
  const loudest = graph.op('ReduceMax', [log10], { keepdims: { int: 0 } });
  const clamped = graph.op('Max', [log10, graph.op('Sub', [loudest, graph.floats([], [RANGE])])]);
  return graph.op('Mul', [graph.op('Add', [clamped, graph.floats([], [4])]), graph.floats([], [1 / 4])]);
}

/** Windowed cosines, then sines: row k is hann(t) cos(2 pi k t / 400). The window is periodic. */
function fourierBasis(): Float64Array {
  const basis = new Float64Array(2 * BINS * FFT_SAMPLES);
  for (let bin = 0; bin < BINS; bin += 1) {
    for (let t = 0; t < FFT_SAMPLES; t += 1) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * t) / FFT_SAMPLES);
      // Reduced first, so that cosine and sine see an angle below 2 pi.
      const angle = (2 * Math.PI * ((bin * t) % FFT_SAMPLES)) / FFT_SAMPLES;
      basis[bin * FFT_SAMPLES + t] = hann * Math.cos(angle);
      basis[(BINS + bin) * FFT_SAMPLES + t] = hann * Math.sin(angle);
    }
  }
  return basis;
}

/**
 * Triangular mel filters [bands, 201] of unit area (Slaney, Auditory Toolbox 1998): linear below 1 kHz, logarithmic
 * above, from 0 to 8 kHz.
 */
export function melFilters(bands: number): Float64Array {
  const highest = toMel(SAMPLE_RATE / 2);
  const edges = Array.from({ length: bands + 2 }, (_, index) => toHertz((highest * index) / (bands + 1)));
  const filters = new Float64Array(bands * BINS);
  for (let band = 0; band < bands; band += 1) {
    const [low = 0, centre = 0, high = 0] = edges.slice(band, band + 3);
    for (let bin = 0; bin < BINS; bin += 1) {
      const hertz = (bin * SAMPLE_RATE) / FFT_SAMPLES;
      const slope = Math.min((hertz - low) / (centre - low), (high - hertz) / (high - centre));
      filters[band * BINS + bin] = (Math.max(0, slope) * 2) / (high - low);
    }
  }
  return filters;
}

const BREAK_HERTZ = 1000;
const HERTZ_PER_MEL = 200 / 3;
const BREAK_MEL = BREAK_HERTZ / HERTZ_PER_MEL;
const LOG_STEP = Math.log(6.4) / 27;

function toMel(hertz: number): number {
  if (hertz < BREAK_HERTZ) return hertz / HERTZ_PER_MEL;
  return BREAK_MEL + Math.log(hertz / BREAK_HERTZ) / LOG_STEP;
}

function toHertz(mel: number): number {
  if (mel < BREAK_MEL) return mel * HERTZ_PER_MEL;
  return BREAK_HERTZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));
}
