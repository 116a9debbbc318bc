import type { CategoryResult, Modifier, Reason } from '@tercet/contracts';
import { append } from './append.js';
import { compareCodeUnits } from './canonical-json.js';
import type { CombinedScore } from './combine-parts.js';
import type { ConditionFacts } from './condition.js';
import { evidenceOf } from './evidence.js';
import type { CheckedPolicy } from './parse-policy.js';
import { round6 } from './probability.js';
import type { ReadPart } from './read-parts.js';
import type { PartScore } from './score-part.js';
import { closeness, lowestOf, reachedBy, type Thresholds } from './thresholds.js';

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
  for (const { category: name, score, top, parts: scored, contributions } of combined) {
    const category = policy.categories.get(name);
    const thresholds = category?.thresholdsFor(top.part.language, surface) ?? NO_THRESHOLDS;
    const reached = reachedBy(score, thresholds);
    const threshold = reached?.at ?? lowestOf(thresholds);
    const flagged = reached !== undefined;
    uncertainty = Math.max(uncertainty, closeness(score, thresholds, policy.document.uncertain.width));
    results.push({
      category: name,
      flagged,
      score,
      severity: flagged ? (category?.policy.severity ?? 0) : 0,
      appliedInputTypes: modalitiesOf(scored),
      threshold,
      contributions,
    });
    if (category === undefined || reached === undefined) continue;
    for (const { level, at } of thresholds)
      if (score >= at) modifiers.push(...(category.policy.modifiers[level] ?? []));
    reasons.push({
      code: 'threshold',
      action: reached.level,
      category: name,
      partId: top.part.partId,
      modality: top.part.modality,
      score,
      threshold,
      rule: '',
      evidence: evidenceOf(top.span, derivationOf(top.part.partId, parts)),
    });
  }
  return { results, reasons, modifiers, uncertainty: round6(uncertainty) };
}

const NO_THRESHOLDS: Thresholds = [];

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
    const category = policy.categories.get(result.category);
    if (!result.flagged || category === undefined) return result;
    const raised = category.policy.raise_severity.reduce(
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

/** Sorted. */
function modalitiesOf(scored: readonly PartScore[]): string[] {
  let modalities: string[] = [];
  for (const { part } of scored)
    if (!modalities.includes(part.modality)) modalities = append(modalities, part.modality);
  return modalities.length < 2 ? modalities : modalities.sort(compareCodeUnits);
}

function derivationOf(partId: string, parts: readonly ReadPart[]) {
  const outcome = parts.find((part) => part.partId === partId)?.state.outcome;
  return outcome?.kind === 'embedded' ? outcome.record.derivation : undefined;
}
