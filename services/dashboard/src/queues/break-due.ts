import type { WellnessSettings } from '../api/review.js';

/** A stretch in which somebody held a case, in milliseconds since the epoch; `endMs` null: still running. */
export interface WorkSpell {
  readonly startMs: number;
  readonly endMs: number | null;
  readonly reviewed: boolean;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Until when somebody should rest; null: may go on. A break is due where the hour's number of cases is reached, or where the
 * work has gone on for so long without a pause as long as a break.
 */
export function breakUntil(
  spells: readonly WorkSpell[],
  settings: Pick<WellnessSettings, 'maxCasesPerHour' | 'breakAfterMinutes' | 'breakMinutes'>,
  nowMs: number,
): number | null {
  return later(hourlyBreak(spells, settings, nowMs), longBreak(spells, settings, nowMs));
}

function hourlyBreak(
  spells: readonly WorkSpell[],
  { maxCasesPerHour }: Pick<WellnessSettings, 'maxCasesPerHour'>,
  nowMs: number,
): number | null {
  if (maxCasesPerHour === 0) return null;
  const ends = spells
    .flatMap(({ endMs, reviewed }) => (reviewed && endMs !== null && endMs > nowMs - HOUR_MS ? [endMs] : []))
    .sort((a, b) => b - a);
  const oldest = ends[maxCasesPerHour - 1];
  return oldest === undefined ? null : oldest + HOUR_MS;
}

function longBreak(
  spells: readonly WorkSpell[],
  { breakAfterMinutes, breakMinutes }: Pick<WellnessSettings, 'breakAfterMinutes' | 'breakMinutes'>,
  nowMs: number,
): number | null {
  if (breakAfterMinutes === 0 || breakMinutes === 0) return null;
  const pauseMs = breakMinutes * MINUTE_MS;
  let started = nowMs;
  let ended: number | undefined;
  for (const spell of spells.toSorted((a, b) => b.startMs - a.startMs)) {
    const endMs = spell.endMs ?? nowMs;
    if (started - endMs >= pauseMs) break;
    started = spell.startMs;
    ended = Math.max(ended ?? 0, endMs);
  }
  if (ended === undefined || ended - started < breakAfterMinutes * MINUTE_MS) return null;
  return ended + pauseMs;
}

function later(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
