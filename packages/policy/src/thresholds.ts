import { isServed, primaryLanguage } from './language.js';
import type { CategoryPolicy, Levels } from './policy-document.js';
import { logit } from './probability.js';

const LEVELS = ['flag', 'review', 'block'] as const;
export type Level = (typeof LEVELS)[number];

/** A level's threshold, with its log-odds, which each item's uncertainty asks for. */
export interface Threshold {
  readonly level: Level;
  readonly at: number;
  readonly logOdds: number;
}

/** The thresholds that apply to a category, in the order of {@link LEVELS}; empty where the policy names none. */
export type Thresholds = readonly Threshold[];

/** A category of a policy, its thresholds at hand. */
export class CheckedCategory {
  readonly #plain: Thresholds;
  readonly #overrides: readonly {
    readonly rule: CategoryPolicy['overrides'][number];
    readonly thresholds: Thresholds;
  }[];

  constructor(readonly policy: CategoryPolicy) {
    this.#plain = thresholdsOf(policy.thresholds);
    this.#overrides = policy.overrides.map((rule) => ({
      rule,
      thresholds: thresholdsOf({ ...policy.thresholds, ...rule.thresholds }),
    }));
  }

  /** The first override that fits replaces the levels that it names. */
  thresholdsFor(language: string, surface: string): Thresholds {
    for (const { rule, thresholds } of this.#overrides) {
      const fits =
        (rule.surface === undefined || rule.surface === surface) &&
        (rule.language === undefined ||
          (primaryLanguage(language) !== '' && isServed(language, [rule.language])));
      if (fits) return thresholds;
    }
    return this.#plain;
  }
}

function thresholdsOf(levels: Levels): Thresholds {
  return LEVELS.flatMap((level) => {
    const at = levels[level];
    return at === undefined ? [] : [{ level, at, logOdds: logit(at) }];
  });
}

/** Strongest level that a score reaches (score >= threshold); undefined: none. */
export function reachedBy(score: number, thresholds: Thresholds): Threshold | undefined {
  let reached: Threshold | undefined;
  for (const threshold of thresholds) if (score >= threshold.at) reached = threshold;
  return reached;
}

/** The lowest threshold; undefined where there is none. */
export function lowestOf(thresholds: Thresholds): number | undefined {
  let lowest: number | undefined;
  for (const { at } of thresholds) if (lowest === undefined || at < lowest) lowest = at;
  return lowest;
}

/**
 * How close a score is to the nearest of its thresholds: max(0, 1 - |logit(score) - logit(threshold)| / width), so 1 on a
 * threshold and 0 from `width` log-odds on.
 */
export function closeness(score: number, thresholds: Thresholds, width: number): number {
  if (thresholds.length === 0) return 0;
  const at = logit(score);
  let closest = 0;
  for (const { logOdds } of thresholds) closest = Math.max(closest, 1 - Math.abs(at - logOdds) / width);
  return closest;
}
