import type { Embedding, ModelRef, PartEmbedded, VectorRef } from '@tercet/contracts';
import { append } from './append.js';
import { applyBlock, applyHead, type HeadScore } from './apply-head.js';
import { compareCodeUnits } from './canonical-json.js';
import type { Head } from './head.js';
import type { HeadEntry } from './head-manifest.js';
import type { CheckedHeadSet } from './head-set.js';
import { inOrder } from './in-order.js';
import { isServed } from './language.js';
import type { LinearBlock } from './linear-block.js';
import { PartVectors } from './read-vectors.js';

const MIN_CONFIDENCE = 0.5;

/** One part's word on one category. */
export interface PartScore extends HeadScore {
  readonly part: PartIdentity;
  readonly category: string;
}

/** What the heads make of one embedded part. */
export interface ScoredPart {
  /** One per category, sorted by category. */
  readonly scores: readonly PartScore[];
  readonly models: readonly ModelRef[];
  /** Sorted by model digest. */
  readonly vectors: VectorRef[];
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
  const { embeddings, derivation } = record;
  const scores: PartScore[] = [];
  const unserved: string[] = [];
  const weighed = new WeighedEmbeddings(embeddings);
  const vectors = new PartVectors(embeddings);
  const served = new ServedLanguages(part.language, rules.servedLanguages);
  let known = false;
  for (let position = 0; position < embeddings.length; position += 1) {
    const { model } = embeddings[position] as Embedding;
    if (model === undefined) continue;
    const ofModel = headSet.headsFor(part.modality, model.digest);
    if (ofModel.length === 0) continue;
    known = true;
    // Mostly of one block or two; more are added.
    const byBlock: (Applied | undefined)[] = [undefined, undefined];
    // Heads and scores are both sorted by category.
    let at = 0;
    for (const { head, languages, lane } of ofModel) {
      const { category } = head.entry;
      if (!served.has(languages)) {
        if (!unserved.includes(category)) unserved.push(category);
        continue;
      }
      let applied = lane && byBlock[lane.block.place];
      if (lane === undefined) applied = applyAlone(head, position, vectors);
      else if (applied === undefined) {
        applied = applyTogether(lane.block, position, vectors);
        byBlock[lane.block.place] = applied;
      }
      const result = applied?.scores[lane?.index ?? 0];
      if (applied === undefined || result === undefined) continue;
      weighed.add(position);
      if (applied.beside >= 0) weighed.add(applied.beside);
      const score = weighByConfidence(result.score, derivation?.confidence, rules.leak);
      while (at < scores.length && (scores[at] as PartScore).category < category) at += 1;
      const held = scores[at];
      if (held?.category === category && score <= held.score) continue;
      const own: PartScore = { part, category, score, span: result.span };
      if (held === undefined) scores.push(own);
      else scores.splice(at, held.category === category ? 1 : 0, own);
    }
  }
  return {
    scores,
    models: weighed.models,
    vectors: inOrder(weighed.vectors, byModel),
    unservedCategories:
      unserved.length === 0 ? unserved : inOrder(without(unserved, scores), compareCodeUnits),
    unusable: scores.length > 0 ? undefined : whyUnusable(known, unserved.length > 0),
  };
}

const byModel = (a: VectorRef, b: VectorRef): number => compareCodeUnits(a.modelDigest, b.modelDigest);

/** The embeddings that were weighed, each once, in the order in which they were first. */
class WeighedEmbeddings {
  models: ModelRef[] = [];
  vectors: VectorRef[] = [];
  #positions: number[] = [];

  constructor(readonly embeddings: readonly Embedding[]) {}

  add(position: number): void {
    const { model, vectorDigest } = this.embeddings[position] as Embedding;
    if (model === undefined || this.#positions.includes(position)) return;
    this.#positions = append(this.#positions, position);
    this.models = append(this.models, model);
    this.vectors = append(this.vectors, { modelDigest: model.digest, vectorDigest });
  }
}

/** The categories for which there is no score. */
function without(categories: readonly string[], scores: readonly PartScore[]): string[] {
  return categories.filter((category) => !scores.some((score) => score.category === category));
}

/** What heads made of an embedding. */
interface Applied {
  /** Of one head, or of each in a block; empty where the embedding is not what they read. */
  readonly scores: readonly HeadScore[];
  /** Position of the embedding that was read beside it; -1 where none was. */
  readonly beside: number;
}

function applyAlone(head: Head, position: number, vectors: PartVectors): Applied {
  const embedding = vectors.embeddings[position] as Embedding;
  const beside = besideOf(head.entry, vectors.embeddings);
  const own = head.entry.kind === 'signal' ? undefined : vectors.at(position);
  const score = applyHead(head, embedding, own, vectors.at(beside));
  return { scores: score === undefined ? [] : [score], beside };
}

function applyTogether(block: LinearBlock, position: number, vectors: PartVectors): Applied {
  const embedding = vectors.embeddings[position] as Embedding;
  const beside = besideOf(block.heads[0]?.entry, vectors.embeddings);
  return { scores: applyBlock(block, embedding, vectors.at(position), vectors.at(beside)), beside };
}

/** Position of the embedding that a head reads beside its own; -1 where there is none. */
function besideOf(entry: HeadEntry | undefined, embeddings: readonly Embedding[]): number {
  if (entry === undefined || entry.kind === 'signal' || entry.beside === undefined) return -1;
  const { models } = entry.beside;
  for (let position = 0; position < embeddings.length; position += 1) {
    const digest = embeddings[position]?.model?.digest;
    for (const model of models) if (model.digest === digest) return position;
  }
  return -1;
}

/** Which heads serve a part's language: those that are neighbours mostly serve the same ones. */
class ServedLanguages {
  #last: readonly string[] | undefined;
  #served = true;

  constructor(
    readonly language: string,
    /** Undefined: the policy leaves it to the heads. */
    readonly byPolicy: readonly string[] | undefined,
  ) {}

  /** @param languages of a head; none where it does not depend on language. */
  has(languages: readonly string[]): boolean {
    if (languages === this.#last) return this.#served;
    this.#last = languages;
    this.#served =
      languages.length === 0 ||
      (isServed(this.language, languages) && isServed(this.language, this.byPolicy));
    return this.#served;
  }
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
