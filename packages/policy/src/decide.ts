import {
  type Action,
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
import type { Decide, DecideInput, PartState } from './api.js';
import { compareCodeUnits } from './canonical-json.js';
import { type CombinedScore, combineParts } from './combine-parts.js';
import type { ConditionFacts } from './condition.js';
import { findConflicts } from './conflicts.js';
import { CheckedHeadSet } from './head-set.js';
import { inOrder } from './in-order.js';
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
    readPart(state, heads, rules, known.categories, sourceModalityOf(state, input.parts)),
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

  const facts = factsOf(input, combined, parts, judged.uncertainty, conflicts.length);
  const failed = new Set<string>();
  const fail = (rule: string) => failed.add(rule);
  for (const condition of document.conditions) {
    if (!holds(known, condition, facts, fail)) continue;
    reasons.push(itemReason('condition', condition.action, condition.name));
    modifiers.push(...condition.modifiers);
  }
  const categories = raiseSeverities(judged.results, known, facts, fail);
  for (const rule of failed) reasons.push(itemReason('condition', document.condition_error, rule));

  const used = parts.flatMap((part) => (part.used === undefined ? [] : [part.used]));
  const missing = parts.flatMap((part) => (part.missing === undefined ? [] : [part.missing]));
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
    action: strongest(reasons.map((reason) => reason.action as Action)),
    modifiers: distinct(modifiers),
    flagged: categories.some((category) => category.flagged),
    categories,
    notCovered: [
      ...inOrder(
        parts.flatMap((part) => part.gaps),
        byModality,
      ),
    ],
    reasons: sortReasons(reasons),
    partsUsed: used,
    partsMissing: missing,
    modalitiesUsed: modalitiesOf(used),
    modalitiesMissing: modalitiesOf(parts.flatMap(lacking)),
    conflicts,
    uncertainty: judged.uncertainty,
    models: distinctModels(parts.flatMap((part) => part.models)),
    policy: policy?.ref ?? input.opened.policy,
    headSet: headSet?.ref ?? input.opened.headSet,
    severitySource: 'policy',
    human: undefined,
    appliedOffset: input.appliedOffset,
  };
};

const NO_HEADS = new CheckedHeadSet({ id: '', digest: '' }, []);

function checked<T>(value: unknown, kind: abstract new (...args: never[]) => T, maker: string): T {
  if (value instanceof kind) return value;
  throw new TypeError(`not made by ${maker}`);
}

function combineAll(parts: readonly ReadPart[], leak: number): CombinedScore[] {
  const byCategory = new Map<string, PartScore[]>();
  for (const { scores } of parts) {
    for (const score of scores) {
      const known = byCategory.get(score.category);
      if (known) known.push(score);
      else byCategory.set(score.category, [score]);
    }
  }
  return inOrder([...byCategory.keys()], compareCodeUnits).map((category) =>
    combineParts(category, byCategory.get(category) ?? [], leak),
  );
}

const byPartId = (a: PartState, b: PartState): number => compareCodeUnits(a.part.partId, b.part.partId);
const byModality = (a: CoverageGap, b: CoverageGap): number =>
  compareCodeUnits(a.modality, b.modality) || compareCodeUnits(a.partId, b.partId);

/** Modality of the part that a part was read from; empty where it was read from none. */
function sourceModalityOf({ part }: PartState, states: readonly PartState[]): string {
  if (part.sourcePartId === '') return '';
  // Of two parts of one name the last counts.
  return states.findLast((state) => state.part.partId === part.sourcePartId)?.part.modality ?? '';
}

function factsOf(
  input: DecideInput,
  combined: readonly CombinedScore[],
  parts: readonly ReadPart[],
  uncertainty: number,
  conflicts: number,
): ConditionFacts {
  const { context } = input.opened;
  return {
    item: {
      tenant: splitItemKey(input.itemKey)?.tenant ?? '',
      surface: context?.surface ?? '',
      locale: context?.locale ?? '',
      reach: context?.reach ?? 0n,
      reports: context?.reports ?? 0n,
      version: input.version,
    },
    scores: new Map(combined.map(({ category, score }) => [category, score])),
    parts: parts.map(
      ({ partId, modality, language, missing, state }) =>
        new Map([
          ['id', partId],
          ['modality', modality],
          ['language', language],
          ['state', missing?.state ?? 'used'],
          ['code', missing?.code ?? ''],
          ['source', state.part.sourcePartId],
        ]),
    ),
    uncertainty,
    conflicts: BigInt(conflicts),
  };
}

function distinct<T extends string>(values: readonly T[]): T[] {
  if (values.length < 2) return [...values];
  return [...inOrder([...new Set(values)], compareCodeUnits)];
}

/** A missing part that the item lacks: not one that was looked for in another part and is not in it. */
function lacking({ missing, state }: ReadPart): readonly PartMissing[] {
  const isAbsence = missing?.state === 'empty' && state.part.sourcePartId !== '';
  return missing === undefined || isAbsence ? [] : [missing];
}

function modalitiesOf(parts: readonly (PartUsed | PartMissing)[]): string[] {
  return distinct(parts.map(({ modality }) => modality));
}

function distinctModels(models: readonly ModelRef[]): ModelRef[] {
  const byDigest = new Map(models.map((model) => [model.digest, model]));
  return [...inOrder([...byDigest.values()], (a, b) => compareCodeUnits(a.digest, b.digest))];
}
