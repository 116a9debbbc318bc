import type { Stretch } from '@tercet/encoder/authoring';
import type { SeenLine } from './join-text.js';

/** Lines of one frame, row by row in reading order. */
export interface FrameLines {
  readonly index: number;
  readonly rows: readonly (readonly SeenLine[])[];
}

/**
 * Joins what the frames of an animation say. A line that was in the frame before too, but for case, spaces and marks, is
 * not said twice: its stretch of frames grows, and the more certain reading stays. A text that comes back after it was
 * gone is the same line too, so that a blinking caption does not fill the limit.
 * @returns rows in the order of their first frame; each line with its stretch of frames.
 */
export function mergeFrames(frames: readonly FrameLines[]): SeenLine[][] {
  const rows: string[][] = [];
  const lines = new Map<string, SeenLine & { readonly frames: Stretch }>();
  for (const { index, rows: seen } of frames) {
    for (const row of seen) {
      const fresh: string[] = [];
      for (const line of row) {
        const key = keyOf(line.text);
        const known = lines.get(key);
        const better = known === undefined || line.confidence > known.confidence ? line : known;
        lines.set(key, { ...better, frames: { start: known?.frames.start ?? index, end: index + 1 } });
        if (known === undefined) fresh.push(key);
      }
      if (fresh.length > 0) rows.push(fresh);
    }
  }
  return rows.map((row) => row.flatMap((key) => lines.get(key) ?? []));
}

/** What two readings of one line have in common. */
function keyOf(text: string): string {
  const bare = text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return bare === '' ? text : bare;
}
