/** Loudest sample of each of `bars` equal stretches, 0..1; of all channels' first. */
export function peaks(samples: Float32Array, bars: number): number[] {
  const length = samples.length / bars;
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor(bar * length);
    const to = Math.max(from + 1, Math.floor((bar + 1) * length));
    let loudest = 0;
    for (const sample of samples.subarray(from, to)) loudest = Math.max(loudest, Math.abs(sample));
    return Math.min(1, loudest);
  });
}

/** An SVG path of vertical bars around the middle of a box of `bars` by 2. */
export function waveformPath(loudness: readonly number[]): string {
  return loudness
    .map((value, bar) => {
      const half = Math.max(0.02, value).toFixed(3);
      return `M${bar + 0.5} ${(1 - Number(half)).toFixed(3)}V${(1 + Number(half)).toFixed(3)}`;
    })
    .join('');
}
