import type { CoverageGap, ModelRef, PartMissing, PartUsed, Truncation } from '@tercet/contracts';
import type { PartState } from './api.js';
import { compareCodeUnits } from './canonical-json.js';
import type { CheckedHeadSet } from './head-set.js';
import { type PartScore, type ScoringRules, scorePart } from './score-part.js';

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
  readonly truncated: readonly Truncation[];
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
 */
export function readPart(
  state: PartState,
  headSet: CheckedHeadSet,
  rules: ScoringRules,
  policyCategories: readonly string[],
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
  const gap = (code: string, categories: readonly string[] = [], truncation?: Truncation): CoverageGap => ({
    modality,
    partId,
    code,
    categories: [...categories],
    truncation,
  });

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
        gaps: nothingToRead ? [] : [gap('empty')],
        asks: nothingToRead ? [] : ['empty'],
      };
    }
    case 'failed': {
      const { code, detail } = outcome.record;
      // The deriver understood that it does not understand: no breakage, and no other word than an unserved language.
      if (code === 'language_not_covered') {
        const unread = missing(code, 'unusable', detail);
        return {
          ...base,
          used: undefined,
          missing: unread,
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
      const truncated = sortTruncations(record.truncated);
      const truncationGaps = truncated.map((truncation) => gap('truncated', [], truncation));
      if (scored.unusable !== undefined) {
        const unserved = scored.unservedCategories.length > 0;
        const code = unserved ? 'language_not_served' : 'no_head';
        const made = record.embeddings.flatMap(({ model }) => (model === undefined ? [] : [model.name]));
        const uncovered = !headSet.expects(modality, made);
        return {
          ...base,
          used: undefined,
          missing: missing(code, 'unusable', scored.unusable),
          gaps: [gap(unserved ? 'language' : 'no_head'), ...truncationGaps],
          asks: [unserved ? 'language_not_served' : uncovered ? 'not_covered' : 'unusable'],
          uncovered,
        };
      }
      const unscored = policyCategories.filter(
        (category) =>
          !scored.scores.some((score) => score.category === category) &&
          !scored.unservedCategories.includes(category),
      );
      const gaps = [...truncationGaps];
      const asks: Asks[] = [];
      if (unscored.length > 0) {
        gaps.push(gap('no_head', unscored));
        asks.push('not_covered');
      }
      if (scored.unservedCategories.length > 0) {
        gaps.push(gap('language', scored.unservedCategories));
        asks.push('language_not_served');
      }
      const used: PartUsed = {
        partId,
        modality,
        sha256: part.sha256,
        encoderDigest: record.encoderDigest,
        vectors: [...scored.vectors],
        derivation: record.derivation === undefined ? undefined : { ...record.derivation, spans: [] },
        language,
      };
      return {
        ...base,
        used,
        missing: undefined,
        scores: scored.scores,
        models: scored.models,
        gaps,
        asks,
        truncated,
      };
    }
  }
}

function sortTruncations(truncated: readonly Truncation[]): Truncation[] {
  return [...truncated].sort(
    (a, b) => compareCodeUnits(a.code, b.code) || Number((a.span?.start ?? 0n) - (b.span?.start ?? 0n)),
  );
}
