import { sigmoid } from '@tercet/policy';
import type { FittedHead } from './fit-head.js';
import { linearOutput } from './logistic-regression.js';

/** Sentences of our own that no head is trained on. */
export interface CheckSentence {
  readonly kind: string;
  readonly text: string;
}

export interface CheckFigures {
  /** Per category and kind: how many sentences score at least 0.5. */
  readonly byCategory: ReadonlyMap<string, readonly { kind: string; rows: number; above: number }[]>;
  /** Per sentence, the score of each category; in the sentences' order. */
  readonly scores: readonly ReadonlyMap<string, number>[];
}

/** Scores the check sentences with freshly trained heads. */
export function checkHeads(
  heads: readonly FittedHead[],
  sentences: readonly CheckSentence[],
  vectors: ReadonlyMap<string, Float32Array>,
): CheckFigures {
  const scores = sentences.map(({ text }) => {
    const vector = vectors.get(text);
    if (vector === undefined) throw new RangeError('a check sentence was not embedded');
    return new Map(
      heads.map(({ plan, model, calibration }) => [
        plan.category,
        sigmoid(calibration.scale * linearOutput(model, vector) + calibration.offset),
      ]),
    );
  });
  const kinds = [...new Set(sentences.map(({ kind }) => kind))];
  const byCategory = new Map(
    heads.map(({ plan: { category } }) => [
      category,
      kinds.map((kind) => {
        const of = scores.filter((_, i) => sentences[i]?.kind === kind);
        return { kind, rows: of.length, above: of.filter((row) => (row.get(category) ?? 0) >= 0.5).length };
      }),
    ]),
  );
  return { byCategory, scores };
}
