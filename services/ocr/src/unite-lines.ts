import { overlapOf, type RotatedBox } from './geometry.js';

interface Line {
  readonly text: string;
  readonly confidence: number;
  readonly box: RotatedBox;
}

/** Share of the smaller box that two looks at the same text have in common. */
const SAME_PLACE = 0.5;

/** Keeps of lines that lie on each other the one that says more, by certain characters. Order stays. */
export function uniteLines<T extends Line>(lines: readonly T[]): T[] {
  const worth = ({ text, confidence }: Line): number => [...text].length * confidence ** 2;
  const kept: T[] = [];
  for (const line of [...lines].sort((a, b) => worth(b) - worth(a)))
    if (!kept.some((other) => overlapOf(other.box, line.box) > SAME_PLACE)) kept.push(line);
  return lines.filter((line) => kept.includes(line));
}
