import type { SegmentRule } from './segments.js';

/** How audio is decoded: by which program, which segments of it, and within which bounds. */
export interface DecodeSettings extends SegmentRule {
  /** Absolute path of ffmpeg. */
  readonly ffmpegPath: string;
  /** Longest audio that is sampled at all. */
  readonly maxAudioSeconds: number;
  /** All decoding of one part. */
  readonly maxDecodeMs: number;
}
