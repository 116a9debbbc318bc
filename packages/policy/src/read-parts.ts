import type {
  CoverageGap,
  ExpectedPart,
  ModelRef,
  PartEmbedded,
  PartMissing,
  PartUsed,
} from '@tercet/contracts';
import type { PartState } from './api.js';
import { append } from './append.js';
import { compareCodeUnits } from './canonical-json.js';
import type { CheckedHeadSet } from './head-set.js';
import type { CheckedPolicy } from './parse-policy.js';
import { type PartScore, type ScoringRules, scorePart } from './score-part.js';
import { isOfLanguage, type Unread, unreadOf } from './unread.js';

/** Why a part asks the policy for something. */
export type Asks = 'pending' | 'failed' | 'empty' | 'unusable' | 'not_covered' | 'language_not_served';

/** What became of one part. */
export interface ReadPart {
  readonly used: PartUsed | undefined;
  readonly missing: PartMissing | undefined;
  readonly scores: readonly PartScore[];
  readonly models: readonly ModelRef[];
  readonly gaps: readonly CoverageGap[];
  readonly asks: readonly Asks[];
  /** What lies beyond limits. */
  readonly truncated: readonly Unread[];
  readonly modality: string;
  readonly partId: string;
  readonly language: string;
  /** True where not one category is scored because no head reads this modality. */
  readonly uncovered: boolean;
  readonly state: PartState;
}

/**
 * Sorts one part into used or missing, and scores it where it can be.
 *
 * An embedded part without any score is missing as `unusable`: `language_not_served` where heads exist but none for its
 * language, else `no_head`. Where the set has no head for the whole modality, or only optional ones for other models,
 * that is a matter of coverage (`not_covered`); else the encoder is one that they do not know (`unusable`).
 *
 * @param sourceModality of the part that it was read from; empty where it was not.
 */
export function readPart(
  state: PartState,
  headSet: CheckedHeadSet,
  rules: ScoringRules,
  policy: CheckedPolicy,
  sourceModality = '',
): ReadPart {
  const { part, outcome } = state;
  if (outcome.kind === 'embedded')
    return readEmbedded(state, outcome.record, headSet, rules, policy, sourceModality);
  const base = {
    used: undefined,
    scores: [],
    models: [],
    truncated: [],
    modality: part.modality,
    partId: part.partId,
    language: part.language,
    uncovered: false,
    state,
  };
  switch (outcome.kind) {
    case 'pending':
      return { ...base, missing: missingOf(part, outcome.code, 'pending'), gaps: [], asks: ['pending'] };
    case 'empty': {
      const missing = missingOf(part, outcome.record.code, 'empty');
      const unread = unreadOf(state, sourceModality);
      const truncated = unread.filter((one) => !isOfLanguage(one));
      // A picture without words and a sound without speech were read, and are whole: nothing is asked for.
      if (part.sourcePartId === '')
        return { ...base, missing, gaps: [gapOf(part, 'empty')], asks: ['empty'], truncated };
      return { ...base, missing, gaps: gapsOf(part, unread), asks: asksOf(unread), truncated };
    }
    case 'failed': {
      const { code, detail } = outcome.record;
      // The deriver understood that it does not understand: no breakage, and no other word than an unserved language.
      if (code === 'language_not_covered') {
        const missing = missingOf(part, code, 'unusable', detail);
        return { ...base, missing, gaps: [gapOf(part, 'language')], asks: ['language_not_served'] };
      }
      const missing = missingOf(part, code, 'failed', detail);
      return { ...base, missing, gaps: [gapOf(part, 'failed')], asks: ['failed'] };
    }
  }
}

function readEmbedded(
  state: PartState,
  record: PartEmbedded,
  headSet: CheckedHeadSet,
  rules: ScoringRules,
  policy: CheckedPolicy,
  sourceModality: string,
): ReadPart {
  const { part } = state;
  const { partId, modality } = part;
  const language = record.language || part.language;
  const { scores, models, vectors, unservedCategories, unusable } = scorePart(
    { partId, modality, language },
    record,
    headSet,
    rules,
  );
  const unread = unreadOf(state, sourceModality);
  let gaps = gapsOf(part, unread);
  const truncated = unread.length === 0 ? unread : unread.filter((one) => !isOfLanguage(one));
  const unserved = unservedCategories.length > 0;
  // One literal per way out: every embedded part comes one of them, and fields put over a spread cost more than the scoring.
  if (unusable !== undefined) {
    const code = unserved ? 'language_not_served' : 'no_head';
    const made = record.embeddings.flatMap(({ model }) => (model === undefined ? [] : [model.name]));
    const uncovered = !headSet.expects(modality, made);
    return {
      used: undefined,
      missing: missingOf(part, code, 'unusable', unusable),
      scores: [],
      models: [],
      gaps: [gapOf(part, unserved ? 'language' : 'no_head'), ...gaps],
      asks: [unserved ? 'language_not_served' : uncovered ? 'not_covered' : 'unusable'],
      truncated: [],
      modality,
      partId,
      language,
      uncovered,
      state,
    };
  }
  let asks = asksOf(unread);
  const unscored = unscoredOf(policy, scores, unservedCategories);
  if (unscored.length > 0) {
    gaps = append(gaps, gapOf(part, 'no_head', unscored));
    asks = append(asks, 'not_covered');
  }
  if (unserved) {
    gaps = append(gaps, gapOf(part, 'language', [...unservedCategories]));
    if (!asks.includes('language_not_served')) asks = append(asks, 'language_not_served');
  }
  const { derivation, readBy } = record;
  const used: PartUsed = {
    partId,
    modality,
    sha256: part.sha256,
    encoderDigest: record.encoderDigest,
    vectors,
    derivation: derivation === undefined ? undefined : { ...derivation, spans: [], truncated: [] },
    language,
    readBy: readBy.length === 0 ? [] : readBy.map(({ digest }) => digest).sort(compareCodeUnits),
  };
  return {
    used,
    missing: undefined,
    scores,
    models: readBy.length === 0 ? models : [...models, ...readBy],
    gaps,
    asks,
    truncated,
    modality,
    partId,
    language,
    uncovered: false,
    state,
  };
}

/** The policy's categories that no head scored in the part though its language is served; sorted. */
function unscoredOf(
  policy: CheckedPolicy,
  scores: readonly PartScore[],
  unserved: readonly string[],
): string[] {
  const unscored: string[] = [];
  let at = 0;
  for (const category of policy.categories.keys()) {
    // Both are sorted.
    while (at < scores.length && (scores[at] as PartScore).category < category) at += 1;
    if (scores[at]?.category !== category && !unserved.includes(category)) unscored.push(category);
  }
  return unscored;
}

function missingOf(
  { partId, modality }: ExpectedPart,
  code: string,
  state: string,
  detail = '',
): PartMissing {
  return { partId, modality, code, state, detail };
}

function gapOf({ partId, modality }: ExpectedPart, code: string, categories: string[] = []): CoverageGap {
  return { modality, partId, code, categories, truncation: undefined };
}

function gapsOf({ partId }: ExpectedPart, unread: readonly Unread[]): CoverageGap[] {
  const gaps: CoverageGap[] = [];
  for (const one of unread) {
    const code = isOfLanguage(one) ? 'language' : 'truncated';
    gaps.push({ modality: one.modality, partId, code, categories: [], truncation: one.truncation });
  }
  return gaps;
}

function asksOf(unread: readonly Unread[]): Asks[] {
  return unread.some(isOfLanguage) ? ['language_not_served'] : [];
}
