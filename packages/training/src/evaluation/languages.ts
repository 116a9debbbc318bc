import type { Features } from '../features.js';
import { type FittedHead, scoreOf } from '../fit-head.js';
import { auroc, shareAtLeast } from '../metrics.js';

/** A sentence in some language; `label` is the category that it is an example of, null where it is harmless. */
export interface LanguageSentence {
  readonly language: string;
  readonly label: string | null;
  readonly text: string;
}

/** How a head does on sentences of one language. */
export interface LanguageFigures {
  readonly head: string;
  readonly language: string;
  readonly positives: number;
  readonly negatives: number;
  /** Against the harmless ones. */
  readonly auroc: number;
  /** Of the positives, and of the harmless ones, at the threshold. */
  readonly found: number;
  readonly flagged: number;
}

/** Judges each head on its own category in each language, whether it serves that language or not. */
export function judgeLanguages(
  heads: readonly FittedHead[],
  sentences: readonly LanguageSentence[],
  thresholds: Readonly<Record<string, number>>,
  features: Features,
): LanguageFigures[] {
  const languages = [...new Set(sentences.map(({ language }) => language))].sort();
  return heads.flatMap((head) => {
    const threshold = thresholds[head.plan.category];
    if (threshold === undefined) return [];
    return languages.map((language) => {
      const scored = sentences
        .filter((one) => one.language === language)
        .filter(({ label }) => label === null || label === head.plan.category)
        .map(({ text, label }) => ({ score: scoreOf(head, text, features), positive: label !== null }));
      const positives = scored.filter(({ positive }) => positive);
      const negatives = scored.filter(({ positive }) => !positive);
      return {
        head: head.plan.name,
        language,
        positives: positives.length,
        negatives: negatives.length,
        auroc: auroc(scored),
        found: shareAtLeast(positives, threshold),
        flagged: shareAtLeast(negatives, threshold),
      };
    });
  });
}
