import { SAMPLE_RATE, wavOf } from '@tercet/audio';

const SECONDS = 3;
/** Bursts a second, for the first two seconds. */
const RATE = 10;

/** A row of noise bursts that die away at once, as a machine gun sounds; the same each time. */
export function bursts(): Uint8Array {
  let seed = 1;
  let low = 0;
  const samples = Int16Array.from({ length: SECONDS * SAMPLE_RATE }, (_, index) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = seed / 2 ** 31 - 1;
    low += 0.3 * (noise - low);
    const since = index < 2 * SAMPLE_RATE ? (index / SAMPLE_RATE) % (1 / RATE) : 1;
    const value = noise * Math.exp(-since * 80) + 2 * low * Math.exp(-since * 30);
    return Math.round(32_767 * Math.max(-1, Math.min(1, value)));
  });
  return wavOf(samples);
}
