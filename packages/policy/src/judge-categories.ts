import type { CategoryResult, Modifier, Reason } from '@tercet/contracts';
import { compareCodeUnits } from './canonical-json.js';
import type { CombinedScore } from './combine-parts.js';
import type { ConditionFacts } from './condition.js';
import { evidenceOf } from './evidence.js';
import type { CheckedPolicy } from './parse-policy.js';
import type { CategoryPolicy, Levels } from './policy-document.js';
import { round6 } from './probability.js';
import type { ReadPart } from './read-parts.js';
import { closeness, levelsFor, standingOf } from './thresholds.js';

/** Categories held against the policy. */
export interface JudgedCategories {
  /** Sorted by name; severity is the base one until {@link raiseSeverities}. */
  readonly results: readonly CategoryResult[];
  readonly reasons: readonly Reason[];
  readonly modifiers: readonly Modifier[];
  /** 0..1, the closest of all scores to a threshold. */
  readonly uncertainty: number;
}

/** Holds each combined score against the policy's thresholds; a category that the policy does not name has none. */
export function judgeCategories(
  combined: readonly CombinedScore[],
  policy: CheckedPolicy,
  parts: readonly ReadPart[],
  surface: string,
): JudgedCategories {
  const results: CategoryResult[] = [];
  const reasons: Reason[] = [];
  const modifiers: Modifier[] = [];
  let uncertainty = 0;
  for (const score of combined) {
    const category = own(policy.document.categories, score.category);
    const levels: Levels = category === undefined ? {} : levelsFor(category, score.top.language, surface);
    const standing = standingOf(score.score, levels);
    uncertainty = Math.max(uncertainty, closeness(score.score, levels, policy.document.uncertain.width));
    const flagged = standing.reached !== undefined;
    results.push({
      category: score.category,
      flagged,
      score: score.score,
      severity: flagged ? (category?.severity ?? 0) : 0,
      appliedInputTypes: modalitiesOf(score, parts),
      threshold: standing.threshold,
      contributions: [...score.contributions],
    });
    if (category === undefined || standing.reached === undefined) continue;
    modifiers.push(...standing.levels.flatMap((level) => category.modifiers[level] ?? []));
    reasons.push({
      code: 'threshold',
      action: standing.reached,
      category: score.category,
      partId: score.top.partId,
      modality: score.top.modality,
      score: score.score,
      threshold: standing.threshold,
      rule: '',
      evidence: evidenceOf(score.top.span, derivationOf(score.top.partId, parts)),
    });
  }
  return { results, reasons, modifiers, uncertainty: round6(uncertainty) };
}

/** A condition that could not be evaluated. */
export type ConditionFailed = (rule: string) => void;

/** Adds what the policy's named conditions raise; at most 7. Only a flagged category has a severity. */
export function raiseSeverities(
  results: readonly CategoryResult[],
  policy: CheckedPolicy,
  facts: ConditionFacts,
  failed: ConditionFailed,
): CategoryResult[] {
  return results.map((result) => {
    const category = own(policy.document.categories, result.category);
    if (!result.flagged || category === undefined) return result;
    const raised = category.raise_severity.reduce(
      (severity, rule) => severity + (holds(policy, rule, facts, failed) ? rule.by : 0),
      result.severity,
    );
    return { ...result, severity: Math.min(7, raised) };
  });
}

/** True where a compiled condition holds; one that fails is reported and does not hold. */
export function holds(
  policy: CheckedPolicy,
  rule: { readonly name: string; readonly when: string },
  facts: ConditionFacts,
  failed: ConditionFailed,
): boolean {
  try {
    return policy.conditions.get(rule.when)?.(facts) ?? false;
  } catch {
    // The only errors here are the expression's own, such as a score that this item does not have.
    failed(rule.name);
    return false;
  }
}

function own(categories: Readonly<Record<string, CategoryPolicy>>, name: string): CategoryPolicy | undefined {
  return Object.hasOwn(categories, name) ? categories[name] : undefined;
}

function modalitiesOf(score: CombinedScore, parts: readonly ReadPart[]): string[] {
  const modalities: string[] = [];
  for (const { partId, modality } of parts) {
    if (modalities.includes(modality)) continue;
    if (score.contributions.some((part) => part.partId === partId)) modalities.push(modality);
  }
  return modalities.sort(compareCodeUnits);
}

function derivationOf(partId: string, parts: readonly ReadPart[]) {
  const outcome = parts.find((part) => part.partId === partId)?.state.outcome;
  return outcome?.kind === 'embedded' ? outcome.record.derivation : undefined;
}
