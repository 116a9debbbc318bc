import { type AudioSegment, SAMPLE_RATE } from '@tercet/audio';

/** Audio without a gap, from `startMs` on. */
export interface Recording {
  readonly startMs: number;
  /** Mono, 16 bit, 16 kHz. */
  readonly samples: Int16Array;
}

const SAMPLES_PER_MS = SAMPLE_RATE / 1000;

/** Joins ascending segments that touch or overlap into recordings, so that words across a segment's border stay whole. */
export function joinSegments(segments: readonly AudioSegment[]): Recording[] {
  const groups: AudioSegment[][] = [];
  let reached = Number.NEGATIVE_INFINITY;
  for (const segment of segments) {
    if (segment.span.start <= reached) groups.at(-1)?.push(segment);
    else groups.push([segment]);
    reached = Math.max(reached, segment.span.end);
  }
  return groups.map((group) => {
    const startMs = group[0]?.span.start ?? 0;
    const at = (ms: number): number => Math.round((ms - startMs) * SAMPLES_PER_MS);
    const length = Math.max(...group.map(({ span, samples }) => at(span.start) + samples.length));
    const joined = new Int16Array(length);
    for (const { span, samples } of group) joined.set(samples, at(span.start));
    return { startMs, samples: joined };
  });
}
