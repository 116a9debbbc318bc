import type { RunModel } from '@tercet/encoder/authoring';

/** Mono, 16 bit, 16 kHz, at most one segment long. */
export type SegmentSamples = Int16Array;

/**
 * Makes one vector per segment. The encoder holds a list of these: each becomes one embedding of the part.
 * A segment's vector depends on its own samples alone.
 */
export interface SegmentEmbedder {
  embed(segments: readonly SegmentSamples[], run: RunModel): Promise<Float32Array[]>;
}

/** Makes one number per segment; it travels beside the first embedding under its name. */
export interface SegmentSignal {
  readonly name: string;
  measure(segments: readonly SegmentSamples[], run: RunModel): Promise<number[]>;
}
