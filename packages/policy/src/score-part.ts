import type { Embedding, ModelRef, PartEmbedded, Span, VectorRef } from '@tercet/contracts';
import { applyHead } from './apply-head.js';
import { compareCodeUnits } from './canonical-json.js';
import type { CheckedHeadSet, Head } from './head-set.js';
import { inOrder } from './in-order.js';
import { isServed } from './language.js';
import { readOnce } from './read-vectors.js';

const MIN_CONFIDENCE = 0.5;

/** One part's word on one category. */
export interface PartScore {
  readonly partId: string;
  readonly modality: string;
  readonly language: string;
  readonly category: string;
  /** Calibrated probability of the part alone, 0..1. */
  readonly score: number;
  readonly span: Span | undefined;
}

/** What the heads make of one embedded part. */
export interface ScoredPart {
  /** One per category, sorted by category. */
  readonly scores: readonly PartScore[];
  readonly models: readonly ModelRef[];
  /** Sorted by model digest. */
  readonly vectors: readonly VectorRef[];
  /** Categories that were left out because their heads do not serve the part's language; sorted. */
  readonly unservedCategories: readonly string[];
  /** Set where nothing could be scored: why. */
  readonly unusable: string | undefined;
}

/** Which part is scored, as the manifest names it; `language` is a BCP 47 tag or empty. */
export interface PartIdentity {
  readonly partId: string;
  readonly modality: string;
  readonly language: string;
}

/** What scoring needs to know of the policy. */
export interface ScoringRules {
  readonly leak: number;
  readonly servedLanguages: readonly string[] | undefined;
}

/**
 * Scores a part with every head that knows one of its models. Two heads for one category: the higher score speaks.
 *
 * A derived part's score is weighed by its reader's confidence c, by the law of total probability: the text is right with
 * probability c and says nothing otherwise, so p' = c p + (1 - c) min(p, leak). c counts as 0.5 at least: text that is hard
 * to read is not a way around.
 */
export function scorePart(
  part: PartIdentity,
  record: PartEmbedded,
  headSet: CheckedHeadSet,
  rules: ScoringRules,
): ScoredPart {
  const { partId, modality, language } = part;
  const best = new Map<string, PartScore>();
  const unserved = new Set<string>();
  const models: ModelRef[] = [];
  const vectors: VectorRef[] = [];
  let known = false;
  const readers = record.embeddings.map(readOnce);
  const weighed = new Set<number>();
  for (const [position, embedding] of record.embeddings.entries()) {
    const { model } = embedding;
    if (model === undefined) continue;
    for (const head of headSet.headsFor(modality, model.digest)) {
      known = true;
      if (!servesLanguage(head, language, rules)) {
        unserved.add(head.entry.category);
        continue;
      }
      const beside = besideOf(head, record.embeddings);
      const result = applyHead(head, embedding, readers[position], readers[beside]);
      if (result === undefined) continue;
      weighed.add(position);
      if (beside >= 0) weighed.add(beside);
      const score = weighByConfidence(result.score, record.derivation?.confidence, rules.leak);
      const { category } = head.entry;
      const held = best.get(category);
      if (held === undefined || score > held.score) {
        best.set(category, { partId, modality, language, category, score, span: result.span });
      }
    }
  }
  for (const position of weighed) {
    const { model, vectorDigest = '' } = record.embeddings[position] ?? {};
    if (model === undefined) continue;
    models.push(model);
    vectors.push({ modelDigest: model.digest, vectorDigest });
  }
  return {
    scores: inOrder([...best.values()], byCategory),
    models,
    vectors: inOrder(vectors, byModel),
    unservedCategories: inOrder(
      [...unserved].filter((category) => !best.has(category)),
      compareCodeUnits,
    ),
    unusable: best.size > 0 ? undefined : whyUnusable(known, unserved.size > 0),
  };
}

const byCategory = (a: PartScore, b: PartScore): number => compareCodeUnits(a.category, b.category);
const byModel = (a: VectorRef, b: VectorRef): number => compareCodeUnits(a.modelDigest, b.modelDigest);

/** Position of the embedding that a head reads beside its own; -1 where there is none. */
function besideOf(head: Head, embeddings: readonly Embedding[]): number {
  const { entry } = head;
  if (entry.kind === 'signal' || entry.beside === undefined) return -1;
  const { models } = entry.beside;
  for (let position = 0; position < embeddings.length; position += 1) {
    const digest = embeddings[position]?.model?.digest;
    for (const model of models) if (model.digest === digest) return position;
  }
  return -1;
}

function servesLanguage(head: Head, language: string, rules: ScoringRules): boolean {
  const { languages } = head.entry;
  if (languages.length === 0) return true;
  return isServed(language, languages) && isServed(language, rules.servedLanguages);
}

function weighByConfidence(score: number, confidence: number | undefined, leak: number): number {
  if (confidence === undefined || !Number.isFinite(confidence)) return score;
  const c = Math.min(1, Math.max(MIN_CONFIDENCE, confidence));
  return c * score + (1 - c) * Math.min(score, leak);
}

function whyUnusable(known: boolean, unserved: boolean): string {
  if (unserved) return 'no head serves the language';
  return known ? 'the vectors are not what the heads read' : 'no head knows the models';
}
