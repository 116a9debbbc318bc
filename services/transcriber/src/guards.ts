import { deflateSync } from 'node:zlib';
import type { SaidSegment } from './said-segments.js';

/** Beyond these a window's text is not believed. Figures of the reference decoder (Radford et al. 2022, section 4.5). */
export const GUARDS = { maxCompression: 2.4, maxNoSpeech: 0.6, minMeanLogProbability: -1 } as const;

/** Segments below this confidence are dropped: a horn that is taken for a word. The least of real speech was .69. */
export const MIN_CONFIDENCE = 0.3;

/** Below this a text does not prove that the language it is in was spoken. */
export const MIN_CERTAINTY = 0.6;

/** Length of the text in UTF-8 over its length deflated: text that repeats itself is high. 0 for none. */
export function compressionRatio(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length === 0 ? 0 : bytes.length / deflateSync(bytes).length;
}

/** Whether the recogniser itself holds that nothing was said: an improbable text where silence is probable. */
export function soundsEmpty(noSpeech: number, meanLogProbability: number): boolean {
  return noSpeech > GUARDS.maxNoSpeech && meanLogProbability < GUARDS.minMeanLogProbability;
}

/**
 * How sure a text is as a whole: mean confidence of its segments, weighted by their length, 0 for none. What is said twice
 * counts as it was said first: a recogniser at a loss repeats itself, and is surer each time.
 */
export function certaintyOf(segments: readonly SaidSegment[]): number {
  const first = new Map<string, number>();
  for (const { text, confidence } of segments) if (!first.has(text)) first.set(text, confidence);
  let weighted = 0;
  let length = 0;
  for (const [text, confidence] of first) {
    weighted += confidence * text.length;
    length += text.length;
  }
  return length === 0 ? 0 : weighted / length;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
