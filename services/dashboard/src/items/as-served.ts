import type { GoldenHold } from '../queues/golden-cases.js';
import type { ItemRows } from './item-rows.js';

/**
 * An item as its golden case's holder is shown it: as it was when it was decided, with a case like any other. What came
 * later would tell that the case is golden, and its answer.
 */
export function asServed(rows: ItemRows, golden: GoldenHold): ItemRows {
  const isBefore = (row: { readonly version: number; readonly revision: number }): boolean =>
    compare(row, golden) < 0;
  return {
    ...rows,
    history: rows.history.filter((row) => compare(row, golden) <= 0),
    reviews: rows.reviews.filter(isBefore),
    appeals: rows.appeals.filter(isBefore),
    openCases: [golden],
  };
}

/** The revision to show who holds the golden case: what was asked for, but none that came later. */
export function revisionServed(
  { exact_version, revision }: GoldenHold,
  asked: { readonly version?: string | undefined; readonly revision?: number | undefined },
): { readonly version: string; readonly revision: number | undefined } {
  const [limit, wanted] = [BigInt(exact_version), BigInt(asked.version ?? exact_version)];
  if (wanted < limit) return { version: String(wanted), revision: asked.revision };
  const isLater = wanted > limit || (asked.revision ?? revision) > revision;
  return { version: exact_version, revision: isLater ? revision : (asked.revision ?? revision) };
}

interface Place {
  readonly version: number;
  readonly revision: number;
}

const compare = (a: Place, b: Place): number => a.version - b.version || a.revision - b.revision;
