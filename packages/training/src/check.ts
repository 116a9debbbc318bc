import type { Features } from './features.js';
import { type FittedHead, scoreOf } from './fit-head.js';

/** Sentences of our own that no head is trained on. */
export interface CheckSentence {
  readonly kind: string;
  readonly text: string;
}

/** Per category and kind: how many sentences score at least 0.5. */
export type CheckFigures = ReadonlyMap<
  string,
  readonly { readonly kind: string; readonly rows: number; readonly above: number }[]
>;

/** Scores the check sentences with freshly trained heads. */
export function checkHeads(
  heads: readonly FittedHead[],
  sentences: readonly CheckSentence[],
  features: Features,
): CheckFigures {
  const kinds = [...new Set(sentences.map(({ kind }) => kind))];
  return new Map(
    heads.map((head) => [
      head.plan.category,
      kinds.map((kind) => {
        const scores = sentences
          .filter((one) => one.kind === kind)
          .map(({ text }) => scoreOf(head, text, features));
        return { kind, rows: scores.length, above: scores.filter((score) => score >= 0.5).length };
      }),
    ]),
  );
}
