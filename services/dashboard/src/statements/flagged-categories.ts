import type { CategoryResult, Decision } from '@tercet/contracts';

/** What a decision found, the worst first. */
export function flaggedCategories(decision: Decision): readonly CategoryResult[] {
  return decision.categories
    .filter(({ flagged }) => flagged)
    .toSorted((a, b) => b.severity - a.severity || b.score - a.score);
}
