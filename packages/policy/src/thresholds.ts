import type { Action } from '@tercet/contracts';
import { isServed, primaryLanguage } from './language.js';
import type { CategoryPolicy, Levels } from './policy-document.js';
import { logit } from './probability.js';

const LEVELS = ['flag', 'review', 'block'] as const;
export type Level = (typeof LEVELS)[number];

/** Where a score stands against a category's thresholds. */
export interface Standing {
  /** Strongest level that the score reaches; undefined: none. */
  readonly reached: Level | undefined;
  /** Every level reached, weakest first. */
  readonly levels: readonly Level[];
  /** Threshold of `reached`, or the lowest one where none is reached; undefined where the policy names none. */
  readonly threshold: number | undefined;
}

/** The levels that apply: the first override that fits replaces the levels that it names. */
export function levelsFor(category: CategoryPolicy, language: string, surface: string): Levels {
  const fitting = category.overrides.find(
    (override) =>
      (override.surface === undefined || override.surface === surface) &&
      (override.language === undefined ||
        (primaryLanguage(language) !== '' && isServed(language, [override.language]))),
  );
  return fitting === undefined ? category.thresholds : { ...category.thresholds, ...fitting.thresholds };
}

/** A level is reached where score >= threshold. */
export function standingOf(score: number, levels: Levels): Standing {
  const reached: Level[] = [];
  let lowest: number | undefined;
  for (const level of LEVELS) {
    const threshold = levels[level];
    if (threshold === undefined) continue;
    if (score >= threshold) reached.push(level);
    if (lowest === undefined || threshold < lowest) lowest = threshold;
  }
  const last = reached.at(-1);
  return { reached: last, levels: reached, threshold: last === undefined ? lowest : levels[last] };
}

/** The action that a level asks for. */
export function actionOf(level: Level): Action {
  return level;
}

/**
 * How close a score is to the nearest of its thresholds: max(0, 1 - |logit(score) - logit(threshold)| / width), so 1 on a
 * threshold and 0 from `width` log-odds on.
 */
export function closeness(score: number, levels: Levels, width: number): number {
  const at = logit(score);
  let closest = 0;
  for (const level of LEVELS) {
    const threshold = levels[level];
    if (threshold === undefined) continue;
    closest = Math.max(closest, 1 - Math.abs(at - logit(threshold)) / width);
  }
  return closest;
}
