import {
  type CoverageGap,
  DecisionStatus,
  decisionId,
  type ModelRef,
  type Modifier,
  type PartMissing,
  type PartUsed,
  type Reason,
  splitItemKey,
} from '@tercet/contracts';
import { strongest } from './actions.js';
import type { Decide, PartState } from './api.js';
import { append } from './append.js';
import { compareCodeUnits } from './canonical-json.js';
import { type CombinedScore, combineParts } from './combine-parts.js';
import { findConflicts } from './conflicts.js';
import { CheckedHeadSet } from './head-set.js';
import { inOrder } from './in-order.js';
import { ItemFacts } from './item-facts.js';
import { holds, judgeCategories, raiseSeverities } from './judge-categories.js';
import { judgeParts } from './judge-parts.js';
import { NO_POLICY } from './no-policy.js';
import { CheckedPolicy } from './parse-policy.js';
import { type ReadPart, readPart } from './read-parts.js';
import { itemReason, sortReasons } from './reasons.js';
import type { PartScore } from './score-part.js';

/** See {@link Decide}. A head set that is not known here sends the item to `review` too. */
export const decide: Decide = (input, policy, headSet) => {
  const known = policy === undefined ? NO_POLICY : checked(policy, CheckedPolicy, 'parsePolicy');
  const heads = headSet === undefined ? NO_HEADS : checked(headSet, CheckedHeadSet, 'parseHeadSet');
  const { document } = known;
  const rules = { leak: document.combine.leak, servedLanguages: document.languages.served };
  const parts = inOrder(input.parts, byPartId).map((state) =>
    readPart(state, heads, rules, known, sourceModalityOf(state, input.parts)),
  );

  const combined = combineAll(parts, document.combine.leak);
  const conflicts = findConflicts(combined, document.conflict);
  const judged = judgeCategories(combined, known, parts, input.opened.context?.surface ?? '');
  const states = judgeParts(parts, document);
  const reasons: Reason[] = [...judged.reasons, ...states.reasons];
  const modifiers: Modifier[] = [...judged.modifiers, ...states.modifiers];

  if (policy === undefined) reasons.push(itemReason('policy_not_found', 'review'));
  if (headSet === undefined) reasons.push(itemReason('incomplete', 'review', 'head_set_not_found'));
  for (const conflict of conflicts) {
    if (document.conflict.action === 'allow') break;
    const reason = itemReason('conflict', document.conflict.action);
    reasons.push({
      ...reason,
      category: conflict.category,
      partId: conflict.highPartId,
      score: conflict.highScore,
    });
  }
  if (judged.uncertainty >= document.uncertain.at_least && document.uncertain.action !== 'allow') {
    reasons.push(itemReason('uncertain', document.uncertain.action));
  }

  const facts = new ItemFacts(input, combined, parts, judged.uncertainty, conflicts.length);
  const failed: string[] = [];
  const fail = (rule: string) => {
    if (!failed.includes(rule)) failed.push(rule);
  };
  for (const condition of document.conditions) {
    if (!holds(known, condition, facts, fail)) continue;
    reasons.push(itemReason('condition', condition.action, condition.name));
    modifiers.push(...condition.modifiers);
  }
  const categories = raiseSeverities(judged.results, known, facts, fail);
  for (const rule of failed) reasons.push(itemReason('condition', document.condition_error, rule));

  const used: PartUsed[] = [];
  const missing: PartMissing[] = [];
  const lacking: PartMissing[] = [];
  const gaps: CoverageGap[] = [];
  const models: ModelRef[] = [];
  for (const part of parts) {
    if (part.used !== undefined) used.push(part.used);
    if (part.missing !== undefined) missing.push(part.missing);
    if (part.missing !== undefined && isLacking(part.missing, part)) lacking.push(part.missing);
    for (const gap of part.gaps) gaps.push(gap);
    for (const model of part.models) addModel(models, model);
  }
  const { itemKey, version, revision, cause } = input;
  const key = splitItemKey(itemKey);
  // One literal: fields added to a spread one by one would cost as much as the scoring.
  return {
    decisionId: decisionId(itemKey, version, revision),
    itemKey,
    tenant: key?.tenant ?? '',
    itemId: key?.itemId ?? '',
    version,
    revision,
    status: DecisionStatus.DECIDED,
    cause,
    action: strongest(reasons),
    modifiers: distinct(modifiers),
    flagged: categories.some((category) => category.flagged),
    categories,
    notCovered: inOrder(gaps, byModality),
    reasons: sortReasons(reasons),
    partsUsed: used,
    partsMissing: missing,
    modalitiesUsed: modalitiesOf(used),
    modalitiesMissing: modalitiesOf(lacking),
    conflicts,
    uncertainty: judged.uncertainty,
    models: inOrder(models, byDigest),
    policy: policy?.ref ?? input.opened.policy,
    headSet: headSet?.ref ?? input.opened.headSet,
    severitySource: 'policy',
    human: undefined,
    appliedOffset: input.appliedOffset,
    openedOffset: input.openedOffset,
  };
};

const NO_HEADS = new CheckedHeadSet({ id: '', digest: '' }, []);

function checked<T>(value: unknown, kind: abstract new (...args: never[]) => T, maker: string): T {
  if (value instanceof kind) return value;
  throw new TypeError(`not made by ${maker}`);
}

/** Each part's scores are sorted by category: the next one is the first that any part has next. */
function combineAll(parts: readonly ReadPart[], leak: number): CombinedScore[] {
  const combined: CombinedScore[] = [];
  const next = parts.map(() => 0);
  for (;;) {
    let category: string | undefined;
    let count = 0;
    for (let i = 0; i < parts.length; i += 1) {
      const score = parts[i]?.scores[next[i] ?? 0];
      if (score === undefined) continue;
      if (score.category === category) count += 1;
      else if (category === undefined || score.category < category) {
        category = score.category;
        count = 1;
      }
    }
    if (category === undefined) return combined;
    // Of its final length: the engine makes a list that grows for seventeen, and this is done for each category.
    const scores = new Array<PartScore>(count);
    let filled = 0;
    for (let i = 0; i < parts.length; i += 1) {
      const score = parts[i]?.scores[next[i] ?? 0];
      if (score?.category !== category) continue;
      scores[filled] = score;
      filled += 1;
      next[i] = (next[i] ?? 0) + 1;
    }
    combined.push(combineParts(category, scores, leak));
  }
}

const byPartId = (a: PartState, b: PartState): number => compareCodeUnits(a.part.partId, b.part.partId);
const byModality = (a: CoverageGap, b: CoverageGap): number =>
  compareCodeUnits(a.modality, b.modality) || compareCodeUnits(a.partId, b.partId);

const byDigest = (a: ModelRef, b: ModelRef): number => compareCodeUnits(a.digest, b.digest);

/** Modality of the part that a part was read from; empty where it was read from none. */
function sourceModalityOf({ part }: PartState, states: readonly PartState[]): string {
  if (part.sourcePartId === '') return '';
  // Of two parts of one name the last counts.
  return states.findLast((state) => state.part.partId === part.sourcePartId)?.part.modality ?? '';
}

function distinct<T extends string>(values: readonly T[]): T[] {
  return values.length < 2 ? [...values] : [...new Set(values)].sort(compareCodeUnits);
}

/** A missing part that the item lacks: not one that was looked for in another part and is not in it. */
function isLacking({ state: missing }: PartMissing, { state }: ReadPart): boolean {
  return missing !== 'empty' || state.part.sourcePartId === '';
}

function modalitiesOf(parts: readonly (PartUsed | PartMissing)[]): string[] {
  let modalities: string[] = [];
  for (const { modality } of parts)
    if (!modalities.includes(modality)) modalities = append(modalities, modality);
  return inOrder(modalities, compareCodeUnits);
}

/** Of two models of one digest the last one counts. */
function addModel(models: ModelRef[], model: ModelRef): void {
  const known = models.findIndex(({ digest }) => digest === model.digest);
  if (known < 0) models.push(model);
  else models[known] = model;
}
