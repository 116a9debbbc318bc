import type { Decision } from '@tercet/contracts';
import type { LanguageSentence } from './sentences.js';

/** How the sentences of one language were decided, its language detected as in a deployment. */
export interface LanguageDecisions {
  readonly language: string;
  readonly harmless: number;
  /** Harmless ones decided as anything but `allow`. */
  readonly flagged: number;
  readonly harmful: number;
  /** Harmful ones flagged in the category of their label. */
  readonly found: number;
  /** Harmful ones decided as anything but `allow`, for whatever reason. */
  readonly noticed: number;
  /** Of all: sent to people because some of it, or all, is in a language that is not served. */
  readonly notServed: number;
}

/** Sums decisions by language; decisions stand in the order of their sentences. */
export function languageFigures(
  sentences: readonly LanguageSentence[],
  decisions: readonly Decision[],
): LanguageDecisions[] {
  const judged = sentences.map((sentence, i) => ({ sentence, decision: decisions[i] }));
  return [...new Set(sentences.map(({ language }) => language))].map((language) => {
    const own = judged.filter(({ sentence }) => sentence.language === language);
    const harmless = own.filter(({ sentence }) => sentence.label === null);
    const harmful = own.filter(({ sentence }) => sentence.label !== null);
    const count = (some: typeof own, is: (one: (typeof own)[number]) => boolean | undefined) =>
      some.filter(is).length;
    const isNoticed = ({ decision }: (typeof own)[number]) => decision?.action !== 'allow';
    return {
      language,
      harmless: harmless.length,
      flagged: count(harmless, isNoticed),
      harmful: harmful.length,
      found: count(harmful, ({ sentence, decision }) =>
        decision?.categories.some(({ category, flagged }) => flagged && category === sentence.label),
      ),
      noticed: count(harmful, isNoticed),
      notServed: count(own, ({ decision }) =>
        decision?.reasons.some(({ code }) => code === 'language_not_served'),
      ),
    };
  });
}
