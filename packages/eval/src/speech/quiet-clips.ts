import { SAMPLE_RATE } from '@tercet/audio';

/** Samples of a clip in which nobody speaks. */
export interface QuietClip {
  readonly name: string;
  readonly samples: Int16Array;
}

/** Silence, noise of several colours and loudnesses, tones, a chord, chirps, hum and clicks; the same for the same seed. */
export function quietClips(seed: number, seconds = 6): QuietClip[] {
  const random = generator(seed);
  const make = (name: string, at: (t: number, index: number) => number): QuietClip => ({
    name,
    samples: Int16Array.from({ length: seconds * SAMPLE_RATE }, (_, index) =>
      Math.max(-32_767, Math.min(32_767, Math.round(32_767 * at(index / SAMPLE_RATE, index)))),
    ),
  });
  const noise = (): number => 2 * random() - 1;
  const sine = (hertz: number, t: number): number => Math.sin(2 * Math.PI * hertz * t);
  const filtered = (share: number, gain: number) => {
    let value = 0;
    return () => {
      value += share * (noise() - value);
      return gain * value;
    };
  };
  return [
    make('silence', () => 0),
    ...[0.003, 0.03, 0.3].map((gain) => make(`white noise ${gain}`, () => gain * noise())),
    ...[0.05, 0.01].map((share) => make(`low noise ${share}`, filtered(share, 0.8))),
    make('swelling noise', (t) => 0.3 * sine(0.5, t) ** 2 * noise()),
    ...[100, 220, 440, 1000, 3000].map((hertz) => make(`tone ${hertz}`, (t) => 0.3 * sine(hertz, t))),
    make('chord', (t) => 0.15 * (sine(262, t) + sine(330, t) + sine(392, t))),
    make('chirp', (t) => 0.3 * Math.sin(2 * Math.PI * (200 * t + 150 * t * t))),
    make('hum', (t) => 0.2 * (sine(50, t) + 0.5 * sine(150, t)) + 0.01 * noise()),
    make('clicks', (_, index) => (index % 8000 < 20 ? 0.8 * noise() : 0)),
    make('beeps', (t) => (t % 1 < 0.2 ? 0.3 * sine(880, t) : 0)),
  ];
}

/** mulberry32 (public domain): uniform in 0..1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value = (value + Math.imul(value ^ (value >>> 7), value | 61)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
