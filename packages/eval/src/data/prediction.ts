import type { Decision } from '@tercet/contracts';

/** One line of the file of predictions. */
export interface Prediction {
  readonly id: string;
  /** Calibrated probability by category; a category that nothing scored is not in it. */
  readonly scores: Readonly<Record<string, number>>;
  /**
   * Categories that are scored, and for which no part of the item, nor a stretch of one, is in a language that is not
   * served; sorted.
   */
  readonly covered: readonly string[];
  readonly action: string;
  readonly uncertainty: number;
}

/** What a decision says, as a line of the file of predictions. */
export function predictionOf(id: string, decision: Decision): Prediction {
  const scored = decision.categories.map(({ category, score }) => [category, score] as const);
  const ofLanguage = decision.notCovered.filter(({ code }) => code === 'language');
  const isUnserved = (category: string): boolean =>
    ofLanguage.some(({ categories }) => categories.length === 0 || categories.includes(category));
  return {
    id,
    scores: Object.fromEntries(scored),
    covered: scored.map(([category]) => category).filter((category) => !isUnserved(category)),
    action: decision.action,
    uncertainty: decision.uncertainty,
  };
}
