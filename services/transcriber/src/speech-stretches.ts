import type { Stretch } from '@tercet/encoder/authoring';

/** When frames of speech probability become stretches of speech. Times in milliseconds. */
export interface SpeechRule {
  /** A stretch begins at a frame of at least this probability, and lasts while frames have at least `endBelow`. */
  readonly beginFrom: number;
  readonly endBelow: number;
  /** Pauses shorter than this do not end a stretch. */
  readonly minPauseMs: number;
  /** Stretches shorter than this are no speech. */
  readonly minSpeechMs: number;
  /** What is added on both sides, so that soft consonants stay whole. */
  readonly marginMs: number;
}

/**
 * Speech in one audio, as ascending stretches in milliseconds that do not touch. Margins end at the audio's ends and in the middle
 * of a pause.
 * @param probabilities one per frame of `frameMs`.
 */
export function speechStretches(
  probabilities: ArrayLike<number>,
  frameMs: number,
  durationMs: number,
  rule: SpeechRule,
): Stretch[] {
  const long = merged(raw(probabilities, frameMs, rule), rule.minPauseMs).filter(
    ({ start, end }) => end - start >= rule.minSpeechMs,
  );
  return long.map(({ start, end }, index) => {
    const before = long[index - 1]?.end;
    const after = long[index + 1]?.start;
    const earliest = before === undefined ? 0 : (before + start) / 2;
    const latest = after === undefined ? durationMs : (end + after) / 2;
    return {
      start: Math.ceil(Math.max(start - rule.marginMs, earliest)),
      end: Math.floor(Math.min(end + rule.marginMs, latest)),
    };
  });
}

function raw(probabilities: ArrayLike<number>, frameMs: number, rule: SpeechRule): Stretch[] {
  const found: Stretch[] = [];
  let start: number | undefined;
  for (let frame = 0; frame <= probabilities.length; frame += 1) {
    const probability = probabilities[frame] ?? 0;
    if (start === undefined && probability >= rule.beginFrom) start = frame * frameMs;
    else if (start !== undefined && probability < rule.endBelow) {
      found.push({ start, end: frame * frameMs });
      start = undefined;
    }
  }
  return found;
}

function merged(stretches: readonly Stretch[], minPauseMs: number): Stretch[] {
  const out: { start: number; end: number }[] = [];
  for (const { start, end } of stretches) {
    const last = out.at(-1);
    if (last !== undefined && start - last.end < minPauseMs) last.end = end;
    else out.push({ start, end });
  }
  return out;
}
