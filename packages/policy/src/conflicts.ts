import type { Conflict } from '@tercet/contracts';
import type { CombinedScore } from './combine-parts.js';

/** Two parts disagree about a category where one scores at least `high` and another at most `low`. One per category. */
export function findConflicts(
  combined: readonly CombinedScore[],
  rules: { readonly high: number; readonly low: number },
): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const { category, contributions, top, topScore } of combined) {
    const [first] = contributions;
    if (first === undefined) continue;
    let lowest = first;
    for (const part of contributions) if (part.score < lowest.score) lowest = part;
    if (topScore < rules.high || lowest.score > rules.low) continue;
    conflicts.push({
      category,
      highPartId: top.part.partId,
      highScore: topScore,
      lowPartId: lowest.partId,
      lowScore: lowest.score,
    });
  }
  return conflicts;
}
