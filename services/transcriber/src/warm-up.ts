import { SAMPLE_RATE } from '@tercet/audio';

const SECONDS = 2;
const PITCH = 120;
/** Centre of the vowel's three strongest formants, in hertz, with their weights. */
const FORMANTS = [
  [700, 1],
  [1200, 0.6],
  [2600, 0.3],
] as const;
const FORMANT_WIDTH = 120;

/** A sung vowel, made here: voiced enough that the recogniser is run before the first real part comes. */
export function warmUpSamples(): Int16Array {
  const harmonics = Array.from({ length: 30 }, (_, index) => {
    const hertz = PITCH * (index + 1);
    const weight = FORMANTS.reduce(
      (sum, [centre, strength]) => sum + strength * Math.exp(-(((hertz - centre) / FORMANT_WIDTH) ** 2)),
      0,
    );
    return { hertz, weight };
  });
  return Int16Array.from({ length: SECONDS * SAMPLE_RATE }, (_, i) => {
    const t = i / SAMPLE_RATE;
    const syllables = Math.sin(2 * Math.PI * 2 * t) ** 2;
    const wave = harmonics.reduce(
      (sum, { hertz, weight }) => sum + weight * Math.sin(2 * Math.PI * hertz * t),
      0,
    );
    return Math.round(5_000 * syllables * wave);
  });
}
