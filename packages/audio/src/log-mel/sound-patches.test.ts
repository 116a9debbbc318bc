import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { melBands, melOf } from './mel-bands.js';
import { RealSpectrum } from './real-spectrum.js';
import {
  PATCH_BANDS,
  PATCH_FRAMES,
  PATCH_HOP_SAMPLES,
  PATCH_SAMPLES,
  patchCount,
  soundPatches,
} from './sound-patches.js';

describe('RealSpectrum', () => {
  it('is the plain sum of the definition', () => {
    const samples = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 });
    const spectrum = new RealSpectrum(16);
    fc.assert(
      fc.property(samples, (values) => {
        const magnitudes = spectrum.transform(Float64Array.from(values));
        for (let k = 0; k <= 8; k += 1) {
          let [re, im] = [0, 0];
          for (const [n, value] of values.entries()) {
            re += value * Math.cos((2 * Math.PI * k * n) / 16);
            im -= value * Math.sin((2 * Math.PI * k * n) / 16);
          }
          expect(magnitudes[k]).toBeCloseTo(Math.hypot(re, im), 9);
        }
      }),
    );
  });
});

describe('melBands', () => {
  it('are triangles whose tops lie evenly in mel', () => {
    const bands = melBands({ bands: 4, bins: 2001, sampleRateHz: 16_000, lowestHz: 100, highestHz: 4000 });
    const step = (melOf(4000) - melOf(100)) / 5;
    for (const [index, { first, weights }] of bands.entries()) {
      const top = first + weights.indexOf(Math.max(...weights));
      expect(Math.max(...weights)).toBeGreaterThan(0.95);
      expect(Math.abs(melOf(top * 4) - melOf(100) - (index + 1) * step)).toBeLessThan(step / 20);
    }
  });
});

describe('soundPatches', () => {
  it('holds every sample of a clip in a patch, and no more patches than that takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), (samples) => {
        const end = PATCH_SAMPLES + (patchCount(samples) - 1) * PATCH_HOP_SAMPLES;
        expect(end).toBeGreaterThanOrEqual(samples);
        if (patchCount(samples) > 1) expect(end - PATCH_HOP_SAMPLES).toBeLessThan(samples);
      }),
    );
  });

  it('pads a short clip with silence, and hears a tone in its band', () => {
    const tone = Int16Array.from({ length: 8000 }, (_, i) =>
      Math.round(8000 * Math.sin((2 * Math.PI * 1000 * i) / 16_000)),
    );
    const patch = soundPatches(tone);
    expect(patch).toHaveLength(PATCH_FRAMES * PATCH_BANDS);
    const row = [...patch.subarray(10 * PATCH_BANDS, 11 * PATCH_BANDS)];
    const step = (melOf(7500) - melOf(125)) / 65;
    expect(Math.abs(row.indexOf(Math.max(...row)) + 1 - (melOf(1000) - melOf(125)) / step)).toBeLessThan(1);
    for (const value of patch.subarray(60 * PATCH_BANDS)) expect(value).toBeCloseTo(Math.log(0.001), 6);
  });
});
