import { deflateSync } from 'node:zlib';

/** Beyond these a window's text is not believed. Figures of the reference decoder (Radford et al. 2022, section 4.5). */
export const GUARDS = { maxCompression: 2.4, maxNoSpeech: 0.6, minMeanLogProbability: -1 } as const;

/** Segments below this confidence are dropped: a horn that is taken for a word. The least of real speech was .69. */
export const MIN_CONFIDENCE = 0.3;

/** Length of the text in UTF-8 over its length deflated: text that repeats itself is high. 0 for none. */
export function compressionRatio(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length === 0 ? 0 : bytes.length / deflateSync(bytes).length;
}

/** Whether the recogniser itself holds that nothing was said: an improbable text where silence is probable. */
export function soundsEmpty(noSpeech: number, meanLogProbability: number): boolean {
  return noSpeech > GUARDS.maxNoSpeech && meanLogProbability < GUARDS.minMeanLogProbability;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
