import type { Stretch } from '@tercet/encoder/authoring';
import type { Recording } from './join-segments.js';
import type { SaidSegment } from './said-segments.js';

/** A stretch of one recording that the recogniser takes at once, in milliseconds of the recording. */
export interface SpeechWindow extends Stretch {
  readonly recording: Recording;
  /** All speech of the recording, ascending. */
  readonly speech: readonly Stretch[];
}

/** Why speech was not written down. */
export type UnwrittenCode = 'language_not_covered' | 'unintelligible';

/** Speech that was not written down. Times in milliseconds of the part. */
export interface Unwritten extends Stretch {
  readonly code: UnwrittenCode;
  /** Milliseconds of speech in it. */
  readonly speechMs: number;
  /** Whisper's code of its language; empty: unknown. */
  readonly language: string;
}

/** What became of one window. Times in milliseconds of the part. */
export interface WrittenWindow {
  readonly segments: readonly SaidSegment[];
  /** Code of the language that it was written down in; undefined where nothing was. */
  readonly language: string | undefined;
  readonly unwritten: readonly Unwritten[];
}

/** What was said. Times in milliseconds of the part. */
export interface Transcript {
  readonly segments: readonly SaidSegment[];
  /** Code of the language in which most of the text is; empty where there is none. */
  readonly language: string;
  readonly unwritten: readonly Unwritten[];
  /** Milliseconds of speech that was found. */
  readonly speechMs: number;
}

/** Puts windows together. */
export function summed(windows: readonly WrittenWindow[], speechMs: number): Transcript {
  const saidMs = new Map<string, number>();
  for (const { language, segments } of windows) {
    if (language === undefined) continue;
    const ms = segments.reduce((sum, { start, end }) => sum + end - start, 0);
    saidMs.set(language, (saidMs.get(language) ?? 0) + ms);
  }
  return {
    segments: windows.flatMap(({ segments }) => segments),
    language: mostOf(saidMs),
    unwritten: windows.flatMap(({ unwritten }) => unwritten),
    speechMs,
  };
}

/** The key with the highest value; the first in order of names where several are equal; empty where there is none. */
export function mostOf(values: ReadonlyMap<string, number>): string {
  const [most] = [...values].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return most?.[0] ?? '';
}

/** Milliseconds of a window's speech that lie in a stretch of its recording. */
export function speechWithin(stretch: Stretch, { speech }: Pick<SpeechWindow, 'speech'>): number {
  return speech.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, stretch.end) - Math.max(start, stretch.start)),
    0,
  );
}
