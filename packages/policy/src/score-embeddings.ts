import type { Embedding } from '@tercet/contracts';
import type { HeadSet } from './api.js';
import { CheckedHeadSet } from './head-set.js';
import { scorePart } from './score-part.js';

/**
 * What a head set makes of one part's embeddings: a calibrated probability per category. For explaining a decision; a
 * decision weighs more than this, and is made by `decide` alone.
 * @param language BCP 47 tag, or empty.
 * @returns empty where no head of the set knows the models.
 */
export function scoreEmbeddings(
  headSet: HeadSet,
  modality: string,
  language: string,
  embeddings: readonly Embedding[],
): ReadonlyMap<string, number> {
  if (!(headSet instanceof CheckedHeadSet)) throw new TypeError('a head set comes from parseHeadSet');
  const record = {
    partId: '',
    modality,
    encoderDigest: '',
    embeddings: [...embeddings],
    truncated: [],
    language,
    derivation: undefined,
    readBy: [],
  };
  const { scores } = scorePart({ partId: '', modality, language }, record, headSet, {
    leak: 0,
    servedLanguages: undefined,
  });
  return new Map(scores.map(({ category, score }) => [category, score]));
}
