import { type DerivedSpan, SpanUnit } from '@tercet/contracts';
import { type Derived, type Stretch, spanOf } from '@tercet/encoder/authoring';
import type { Point } from './geometry.js';

/** One line of a part's text, with where it was seen. */
export interface SeenLine {
  readonly text: string;
  readonly confidence: number;
  /** Corners clockwise from the top left one, in fractions of width and height. */
  readonly corners: readonly Point[];
  /** Frames of an animation; absent for a still. */
  readonly frames?: Stretch;
}

/**
 * Puts lines together as one text: members of a row are parted by a space, rows by a line break.
 * @param rows in reading order, none of them empty.
 */
export function joinText(
  rows: readonly (readonly SeenLine[])[],
): Pick<Derived, 'kind' | 'text' | 'confidence' | 'spans'> {
  let text = '';
  let length = 0;
  let certain = 0;
  let characters = 0;
  const spans: DerivedSpan[] = [];
  for (const row of rows) {
    row.forEach((line, index) => {
      const separator = text === '' ? '' : index === 0 ? '\n' : ' ';
      const start = length + separator.length;
      const own = [...line.text].length;
      text += separator + line.text;
      length = start + own;
      certain += line.confidence * own;
      characters += own;
      spans.push({
        text: spanOf(SpanUnit.CODE_POINT, { start, end: length }),
        evidence: {
          span: line.frames ? spanOf(SpanUnit.FRAME, line.frames) : undefined,
          box: { corners: line.corners.map(({ x, y }) => ({ x, y })) },
          confidence: line.confidence,
        },
      });
    });
  }
  return { kind: 'derived', text, confidence: certain / characters, spans };
}
