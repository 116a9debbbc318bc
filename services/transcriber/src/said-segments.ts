import type { Vocabulary } from './vocabulary.js';
import type { SaidTokens } from './whisper.js';

const MS_PER_STEP = 20;

/** One utterance. Times in milliseconds of its window. */
export interface SaidSegment {
  readonly start: number;
  readonly end: number;
  /** Trimmed, NFC. */
  readonly text: string;
  /** Geometric mean of the probabilities of its tokens of text, 0..1. */
  readonly confidence: number;
}

/**
 * Cuts what was said at its timestamps. Text behind the last timestamp lasts to the window's end. Segments without text
 * are left out.
 */
export function saidSegments(
  { tokens, logProbabilities }: SaidTokens,
  windowMs: number,
  vocabulary: Vocabulary,
): SaidSegment[] {
  const segments: SaidSegment[] = [];
  let start = 0;
  let text: number[] = [];
  let sum = 0;
  const close = (end: number): void => {
    const said = vocabulary.textOf(text).normalize('NFC').trim();
    const bounded = Math.min(end, windowMs);
    if (said !== '')
      segments.push({
        start: Math.min(start, bounded),
        end: bounded,
        text: said,
        confidence: Math.exp(sum / text.length),
      });
    text = [];
    sum = 0;
  };
  tokens.forEach((token, index) => {
    if (token >= vocabulary.firstTimestamp) {
      const at = (token - vocabulary.firstTimestamp) * MS_PER_STEP;
      close(at);
      start = at;
    } else {
      text.push(token);
      sum += logProbabilities[index] ?? 0;
    }
  });
  close(windowMs);
  return segments;
}
