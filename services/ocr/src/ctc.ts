/** One character of a line as the recogniser read it. */
export interface ReadChar {
  readonly text: string;
  /** Probability at its most certain step. */
  readonly confidence: number;
  /** Steps of the recogniser that it was seen on: inclusive start, exclusive end. */
  readonly start: number;
  readonly end: number;
}

/**
 * Greedy decoding of connectionist temporal classification (Graves et al. 2006): the most probable class of each step,
 * repeats joined, blanks (class 0) left out.
 * @param data [steps, classes], row major, beginning at `offset`.
 * @param characters by class; the one of class 0 is never used.
 */
export function decodeCtc(
  data: Float32Array,
  offset: number,
  steps: number,
  characters: readonly string[],
): ReadChar[] {
  const classes = characters.length;
  const chars: ReadChar[] = [];
  let last = 0;
  for (let step = 0; step < steps; step += 1) {
    const first = offset + step * classes;
    let best = 0;
    let probability = data[first] ?? 0;
    for (let i = 1; i < classes; i += 1) {
      const value = data[first + i] ?? 0;
      if (value > probability) {
        probability = value;
        best = i;
      }
    }
    const previous = chars.at(-1);
    if (best !== 0 && best === last && previous)
      chars[chars.length - 1] = {
        ...previous,
        confidence: Math.max(previous.confidence, probability),
        end: step + 1,
      };
    else if (best !== 0)
      chars.push({ text: characters[best] ?? '', confidence: probability, start: step, end: step + 1 });
    last = best;
  }
  return chars;
}

/** Mean over the characters; 0 where there are none. */
export function confidenceOf(chars: readonly ReadChar[]): number {
  if (chars.length === 0) return 0;
  return chars.reduce((sum, { confidence }) => sum + confidence, 0) / chars.length;
}
