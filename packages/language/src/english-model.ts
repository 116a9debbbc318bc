import { wordFeatures } from './word-features.js';

/** Log-odds that a folded word is English rather than any other language, both taken as equally likely. */
export type EnglishLogOdds = (folded: string) => number;

// Words come with content, so the memory of them is bounded.
const MAX_REMEMBERED = 50_000;

/** Makes the word model of its weights: one byte per bucket, in steps of `scale`. */
export function createEnglishModel(weights: Int8Array, scale: number): EnglishLogOdds {
  const remembered = new Map<string, number>();
  return (folded) => {
    const known = remembered.get(folded);
    if (known !== undefined) return known;
    let sum = 0;
    for (const bucket of wordFeatures(folded)) sum += weights[bucket] ?? 0;
    const logOdds = sum * scale;
    if (remembered.size < MAX_REMEMBERED) remembered.set(folded, logOdds);
    return logOdds;
  };
}
