import type { RunModel } from '@tercet/encoder/authoring';

/** Mono, 16 bit, 16 kHz, at most one segment long. */
export type SegmentSamples = Int16Array;

/** What one model makes of segments, in their order. */
export interface EmbeddedSegments {
  readonly vectors: readonly Float32Array[];
  /** The model's own scores by name, one number per segment; they travel beside the vectors. */
  readonly signals: Readonly<Record<string, readonly number[]>>;
}

/**
 * Makes one vector per segment. The encoder holds a list of these: each becomes one embedding of the part.
 * A segment's vector and signals depend on its own samples alone.
 */
export interface SegmentEmbedder {
  embed(segments: readonly SegmentSamples[], run: RunModel): Promise<EmbeddedSegments>;
}

/** Makes one number per segment; it travels beside the first embedding under its name. */
export interface SegmentSignal {
  readonly name: string;
  measure(segments: readonly SegmentSamples[], run: RunModel): Promise<number[]>;
}
