import type { CoverageGap, ModelRef, PartMissing, PartUsed } from '@tercet/contracts';
import type { PartState } from './api.js';
import { compareCodeUnits } from './canonical-json.js';
import type { CheckedHeadSet } from './head-set.js';
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
  policyCategories: readonly string[],
  sourceModality = '',
): ReadPart {
  const { part, outcome } = state;
  const { partId, modality } = part;
  const language = outcome.kind === 'embedded' ? outcome.record.language || part.language : part.language;
  const base = { partId, modality, language, state, scores: [], models: [], truncated: [], uncovered: false };
  const missing = (code: string, missingState: string, detail = ''): PartMissing => ({
    partId,
    modality,
    code,
    state: missingState,
    detail,
  });
  const gap = (code: string, categories: readonly string[] = []): CoverageGap => ({
    modality,
    partId,
    code,
    categories: [...categories],
    truncation: undefined,
  });
  const unread = unreadOf(state, sourceModality);
  const unreadGaps = unread.map(
    (one): CoverageGap => ({
      modality: one.modality,
      partId,
      code: isOfLanguage(one) ? 'language' : 'truncated',
      categories: [],
      truncation: one.truncation,
    }),
  );
  const unreadAsks: readonly Asks[] = unread.some(isOfLanguage) ? ['language_not_served'] : [];
  const truncated = unread.filter((one) => !isOfLanguage(one));

  switch (outcome.kind) {
    case 'pending':
      return {
        ...base,
        used: undefined,
        missing: missing(outcome.code, 'pending'),
        gaps: [],
        asks: ['pending'],
      };
    case 'empty': {
      const { code } = outcome.record;
      // A picture without words and a sound without speech were read, and are whole: nothing is asked for.
      const nothingToRead = part.sourcePartId !== '';
      return {
        ...base,
        used: undefined,
        missing: missing(code, 'empty'),
        gaps: nothingToRead ? unreadGaps : [gap('empty')],
        asks: nothingToRead ? unreadAsks : ['empty'],
        truncated,
      };
    }
    case 'failed': {
      const { code, detail } = outcome.record;
      // The deriver understood that it does not understand: no breakage, and no other word than an unserved language.
      if (code === 'language_not_covered') {
        const unreadable = missing(code, 'unusable', detail);
        return {
          ...base,
          used: undefined,
          missing: unreadable,
          gaps: [gap('language')],
          asks: ['language_not_served'],
        };
      }
      const failed = missing(code, 'failed', detail);
      return { ...base, used: undefined, missing: failed, gaps: [gap('failed')], asks: ['failed'] };
    }
    case 'embedded': {
      const { record } = outcome;
      const scored = scorePart({ partId, modality, language }, record, headSet, rules);
      if (scored.unusable !== undefined) {
        const unserved = scored.unservedCategories.length > 0;
        const code = unserved ? 'language_not_served' : 'no_head';
        const made = record.embeddings.flatMap(({ model }) => (model === undefined ? [] : [model.name]));
        const uncovered = !headSet.expects(modality, made);
        return {
          ...base,
          used: undefined,
          missing: missing(code, 'unusable', scored.unusable),
          gaps: [gap(unserved ? 'language' : 'no_head'), ...unreadGaps],
          asks: [unserved ? 'language_not_served' : uncovered ? 'not_covered' : 'unusable'],
          uncovered,
        };
      }
      const unscored = policyCategories.filter(
        (category) =>
          !scored.unservedCategories.includes(category) &&
          !scored.scores.some((score) => score.category === category),
      );
      const gaps = [...unreadGaps];
      const asks = [...unreadAsks];
      if (unscored.length > 0) {
        gaps.push(gap('no_head', unscored));
        asks.push('not_covered');
      }
      if (scored.unservedCategories.length > 0) {
        gaps.push(gap('language', scored.unservedCategories));
        if (!asks.includes('language_not_served')) asks.push('language_not_served');
      }
      const used: PartUsed = {
        partId,
        modality,
        sha256: part.sha256,
        encoderDigest: record.encoderDigest,
        vectors: [...scored.vectors],
        derivation:
          record.derivation === undefined ? undefined : { ...record.derivation, spans: [], truncated: [] },
        language,
        readBy: record.readBy.map(({ digest }) => digest).sort(compareCodeUnits),
      };
      // One literal: every embedded part comes this way, and fields that are put over a spread cost more than the scoring.
      return {
        used,
        missing: undefined,
        scores: scored.scores,
        models: record.readBy.length === 0 ? scored.models : [...scored.models, ...record.readBy],
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
  }
}
