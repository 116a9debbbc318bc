/** Below this probability the declared language is taken instead of the likeliest. */
const LIKELY = 0.5;
/** From this probability on the likeliest language is certain by itself. Read English had .95 and more. */
const CERTAIN = 0.8;

export interface ChosenLanguage {
  /** Whisper's code, which is that of ISO 639-1 for all languages that are covered. */
  readonly code: string;
  readonly covered: boolean;
  /** Heard in the speech itself, or declared. */
  readonly certain: boolean;
}

/**
 * Chooses the language to write a window down in: the likeliest one; where none is likely, the declared one. A model of one
 * language cannot tell: it takes the declared one for true, and speech of undeclared language for its own, uncertainly.
 * @param probabilities by code; empty for a model of one language.
 * @param declared BCP 47 tag; empty: unknown.
 * @param covered codes of the languages in which transcripts are good enough.
 */
export function chooseLanguage(
  probabilities: ReadonlyMap<string, number>,
  declared: string,
  covered: readonly string[],
): ChosenLanguage {
  const [claimed = ''] = declared.toLowerCase().split('-', 1);
  const [best] = [...probabilities].sort(([, a], [, b]) => b - a);
  if (best === undefined) {
    const code = claimed === '' ? (covered[0] ?? '') : claimed;
    return { code, covered: covered.includes(code), certain: claimed !== '' };
  }
  const [likeliest, probability] = best;
  const code = probability < LIKELY && probabilities.has(claimed) ? claimed : likeliest;
  return { code, covered: covered.includes(code), certain: code === claimed || probability >= CERTAIN };
}
