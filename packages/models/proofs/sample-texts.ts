/** Everyday sentences of several lengths, scripts and shapes; for parity, golden vectors and timing. */
export const SAMPLE_TEXTS: readonly string[] = [
  'The cat sat on the mat.',
  'How do I reset my password? I have tried the link twice and nothing comes.',
  'ok',
  'Photosynthesis converts light energy into chemical energy in plants, algae and some bacteria.',
  'The 07:45 train to the coast was late again, because of a signal failure near the river.',
  'Ünïcödé façade, naïve café, 東京 and 3.14159 (all in one line)!',
  'please send me the invoice for order #48213 before friday, thanks :)',
  'She plays the piano in the evening, while her brother reads the newspaper and the dog sleeps by the fire.',
];

const WORDS =
  'river train late again friend market green house winter music paper window garden coffee bridge letter answer early quiet forest number engine doctor school summer ticket orange street morning planet camera ocean recipe hammer unbelievably extraordinary'.split(
    ' ',
  );

/** A text of `count` words, chosen by a small generator (mulberry32) from `seed`. */
export function wordText(seed: number, count: number): string {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return Array.from({ length: count }, () => WORDS[next() % WORDS.length]).join(' ');
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let index = 0; index < a.length; index += 1) {
    const [x, y] = [a[index] as number, b[index] as number];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / Math.sqrt(aa * bb);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 0; index < a.length; index += 1) {
    largest = Math.max(largest, Math.abs((a[index] as number) - (b[index] as number)));
  }
  return largest;
}
