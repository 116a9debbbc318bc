/** One triangular band: weights of the bins from `first` on. */
export interface MelBand {
  readonly first: number;
  readonly weights: Float64Array;
}

export interface MelRule {
  readonly bands: number;
  /** Bins of the spectrum, evenly from 0 to half the sample rate. */
  readonly bins: number;
  readonly sampleRateHz: number;
  readonly lowestHz: number;
  readonly highestHz: number;
}

/** Mel scale of HTK: 1127 ln(1 + f / 700). */
export function melOf(hertz: number): number {
  return 1127 * Math.log(1 + hertz / 700);
}

/** Triangular bands, evenly spaced and linear in mel, each of height 1; the bin at 0 Hz is in none. */
export function melBands(rule: MelRule): MelBand[] {
  const low = melOf(rule.lowestHz);
  const step = (melOf(rule.highestHz) - low) / (rule.bands + 1);
  const mels = Array.from({ length: rule.bins }, (_, bin) =>
    melOf((bin * rule.sampleRateHz) / 2 / (rule.bins - 1)),
  );
  return Array.from({ length: rule.bands }, (_, band) => {
    const lower = low + band * step;
    const weights = mels.map((mel, bin) =>
      bin === 0 ? 0 : Math.max(0, Math.min((mel - lower) / step, (lower + 2 * step - mel) / step)),
    );
    const first = Math.max(
      0,
      weights.findIndex((weight) => weight > 0),
    );
    const last = weights.findLastIndex((weight) => weight > 0);
    return { first, weights: Float64Array.from(weights.slice(first, last + 1)) };
  });
}
