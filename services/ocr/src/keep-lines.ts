/** What of a line decides whether it is text. */
export interface Candidate {
  readonly text: string;
  readonly confidence: number;
  /** Shorter side, in pixels of the picture as it is read. */
  readonly height: number;
}

/** A line of so few letters and digits is what strokes and edges look like: it must be surer, or in company. */
const SHORT = 3;
const SHORT_ALONE = 0.95;
const SHORT_IN_COMPANY = 0.75;
/** Confidence of a longer line that makes a picture one with text in it. */
const COMPANY = 0.8;
/** Nothing lower is legible. */
const MIN_HEIGHT = 6;
/** A short text that fills more of the picture's shorter side is a shape: a face, a frame, a cup. */
const MAX_SHORT_SHARE = 0.6;

/**
 * Keeps what is text: sure enough for its length, high enough to be legible, and not marks alone.
 * @param minConfidence least confidence of any line, 0..1.
 * @param shortSide of the picture, in pixels.
 */
export function keepText<T extends Candidate>(
  lines: readonly T[],
  minConfidence: number,
  shortSide: number,
): T[] {
  const likely = lines.filter(
    ({ text, confidence, height }) =>
      signsOf(text) > 0 && height >= MIN_HEIGHT && confidence >= minConfidence,
  );
  const inCompany = likely.some(({ text, confidence }) => signsOf(text) > SHORT && confidence >= COMPANY);
  return likely.filter(({ text, confidence, height }) => {
    if (signsOf(text) > SHORT) return true;
    if (inCompany) return confidence >= SHORT_IN_COMPANY;
    return confidence >= SHORT_ALONE && height <= MAX_SHORT_SHARE * shortSide;
  });
}

/** Letters, digits and pictographs. */
function signsOf(text: string): number {
  return text.match(/[\p{L}\p{N}\p{Extended_Pictographic}]/gu)?.length ?? 0;
}
