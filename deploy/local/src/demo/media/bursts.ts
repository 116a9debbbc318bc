import { encodeWav } from './wav.js';

const SAMPLE_RATE = 16_000;
const SECONDS = 3;
/** Bursts a second, for the first two seconds. */
const RATE = 10;

/** A row of noise bursts that die away at once, as a machine gun sounds; the same each time. */
export function bursts(): Uint8Array {
  let seed = 1;
  let low = 0;
  const samples = Float32Array.from({ length: SECONDS * SAMPLE_RATE }, (_, index) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = seed / 2 ** 31 - 1;
    low += 0.3 * (noise - low);
    const since = index < 2 * SAMPLE_RATE ? (index / SAMPLE_RATE) % (1 / RATE) : 1;
    return noise * Math.exp(-since * 80) + 2 * low * Math.exp(-since * 30);
  });
  return encodeWav(samples, SAMPLE_RATE);
}
