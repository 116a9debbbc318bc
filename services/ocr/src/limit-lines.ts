import { SpanUnit, type Truncation } from '@tercet/contracts';
import { type Stretch, spanOf } from '@tercet/encoder/authoring';
import type { SeenLine } from './join-text.js';

/**
 * Keeps the first lines in reading order.
 * @param rows in reading order.
 * @returns the rows that are left, and what was left out: of an animation the frames that show it, of a still, whose lines
 * are no stretch of anything, that there is more.
 */
export function limitLines(
  rows: readonly (readonly SeenLine[])[],
  limit: number,
): { readonly rows: SeenLine[][]; readonly truncated: Truncation[] } {
  let left = limit;
  const kept: SeenLine[][] = [];
  const dropped: SeenLine[] = [];
  for (const row of rows) {
    const some = row.slice(0, left);
    left -= some.length;
    if (some.length > 0) kept.push(some);
    dropped.push(...row.slice(some.length));
  }
  if (dropped.length === 0) return { rows: kept, truncated: [] };
  const frames = hull(dropped.flatMap((line) => line.frames ?? []));
  const span = frames && spanOf(SpanUnit.FRAME, frames);
  return { rows: kept, truncated: [{ span, code: 'max_lines' }] };
}

function hull(stretches: readonly Stretch[]): Stretch | undefined {
  if (stretches.length === 0) return undefined;
  return {
    start: Math.min(...stretches.map(({ start }) => start)),
    end: Math.max(...stretches.map(({ end }) => end)),
  };
}
