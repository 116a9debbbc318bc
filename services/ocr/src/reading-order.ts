import type { RotatedBox } from './geometry.js';

/** Share of the smaller height that two boxes must have in common, across the page's lines, to stand in one row. */
const ROW_OVERLAP = 0.5;
/** A gap of more heights than this along a row parts two texts. */
const MAX_GAP = 2.5;

/**
 * Orders boxes as they are read: rows from the top, in a row from the left, both along the angle that most of the text
 * has. A row whose boxes lie far apart is two texts, as in two columns.
 * @returns indices of the boxes, row by row.
 */
export function readingOrder(boxes: readonly RotatedBox[]): number[][] {
  if (boxes.length === 0) return [];
  const angle = commonAngle(boxes);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const placed = boxes.map((box, index) => ({
    index,
    along: box.x * cos + box.y * sin,
    across: box.y * cos - box.x * sin,
    width: box.width,
    height: box.height,
  }));
  placed.sort((a, b) => a.across - b.across || a.along - b.along);
  const rows: (typeof placed)[] = [];
  for (const box of placed) {
    const row = rows.find((members) =>
      members.every((other) => {
        const shared =
          Math.min(box.across + box.height / 2, other.across + other.height / 2) -
          Math.max(box.across - box.height / 2, other.across - other.height / 2);
        return shared >= ROW_OVERLAP * Math.min(box.height, other.height);
      }),
    );
    if (row) row.push(box);
    else rows.push([box]);
  }
  return rows.flatMap((row) => {
    row.sort((a, b) => a.along - b.along);
    const parts: number[][] = [];
    row.forEach((box, at) => {
      const previous = row[at - 1];
      const gap = previous ? box.along - box.width / 2 - (previous.along + previous.width / 2) : Infinity;
      const height = previous ? Math.max(box.height, previous.height) : box.height;
      if (gap > MAX_GAP * height) parts.push([box.index]);
      else parts.at(-1)?.push(box.index);
    });
    return parts;
  });
}

/** Median of the angles, each weighted by its box's length. */
function commonAngle(boxes: readonly RotatedBox[]): number {
  const sorted = [...boxes].sort((a, b) => a.angle - b.angle);
  const half = sorted.reduce((sum, { width }) => sum + width, 0) / 2;
  let passed = 0;
  for (const { angle, width } of sorted) {
    passed += width;
    if (passed >= half) return angle;
  }
  return 0;
}
