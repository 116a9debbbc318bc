import { evenlySpaced, type Stretch, uncovered } from '@tercet/encoder/authoring';

/** ffmpeg tells a length in hundredths of a second. */
const LENGTH_STEP_MS = 10;

export interface SegmentRule {
  /** Segments looked at in one part; of a longer one the first, the last and those evenly between. */
  readonly maxSegments: number;
  readonly segmentMs: number;
  /** What two neighbouring segments share, so that a sound on a border is whole in one of them. */
  readonly segmentOverlapMs: number;
}

export interface SegmentPlan {
  /** In milliseconds, ascending; each of `segmentMs` unless the whole audio is shorter. */
  readonly segments: readonly Stretch[];
  /** What none of them holds. */
  readonly skipped: readonly Stretch[];
}

/** How much audio the rule takes without leaving anything out, in milliseconds. */
export function fullCoverMs({ maxSegments, segmentMs, segmentOverlapMs }: SegmentRule): number {
  return segmentMs + (maxSegments - 1) * (segmentMs - segmentOverlapMs);
}

/**
 * Cuts audio into overlapping segments. The last one is moved back so that it is as long as the others. Where there
 * are more than the limit, the first, the last and those evenly between are kept.
 */
export function planSegments(durationMs: number, rule: SegmentRule): SegmentPlan {
  const { segmentMs, maxSegments } = rule;
  if (durationMs <= segmentMs) return { segments: [{ start: 0, end: durationMs }], skipped: [] };
  const hopMs = segmentMs - rule.segmentOverlapMs;
  const count = Math.ceil((durationMs - segmentMs) / hopMs) + 1;
  const segments = evenlySpaced(count, maxSegments).map((index) => {
    const start = Math.min(index * hopMs, durationMs - segmentMs);
    return { start, end: start + segmentMs };
  });
  return { segments, skipped: uncovered(segments, durationMs) };
}

/**
 * What of an audio the decoded segments leave out. An end that is off by no more than the length is rounded is none.
 * @param toldMs length as the file's header tells it.
 */
export function skippedOf(decoded: readonly Stretch[], toldMs: number): Stretch[] {
  const reached = decoded.reduce((latest, { end }) => Math.max(latest, end), 0);
  return uncovered(decoded, toldMs - reached <= LENGTH_STEP_MS ? reached : toldMs);
}
