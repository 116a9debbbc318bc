import {
  type Derivation,
  type DerivedSpan,
  type Evidence,
  type Point,
  type Span,
  SpanUnit,
} from '@tercet/contracts';
import { round6 } from './probability.js';

/**
 * Where a score came from, for a moderator: the window's own span, or, where the part was read from another one, the
 * stretch of time or the region of the picture that the words in this window were read from: of one line its own
 * quadrilateral, of several the rectangle around them. The confidence is that of the words in the window.
 * @param window in code points of the part's text; undefined: the whole part.
 * @returns undefined where the score stands for the whole part and nothing was read.
 */
export function evidenceOf(
  window: Span | undefined,
  derivation: Derivation | undefined,
): Evidence | undefined {
  if (derivation === undefined) {
    return window === undefined ? undefined : { span: window, box: undefined, confidence: 1 };
  }
  const inWindow = linesIn(window, derivation.spans);
  // Between lines there is nothing to show, so a window that meets none stands for all of them.
  const lines = inWindow.length > 0 ? inWindow : linesIn(undefined, derivation.spans);
  const spans = lines.flatMap(({ evidence }) => (evidence.span === undefined ? [] : [evidence.span]));
  const boxes = lines.flatMap(({ evidence }) => (evidence.box === undefined ? [] : [evidence.box]));
  return {
    span: hullOfSpans(spans) ?? window,
    box: boxes.length > 1 ? { corners: hullOfPoints(boxes.flatMap(({ corners }) => corners)) } : boxes[0],
    confidence: round6(Math.min(1, Math.max(0, meanConfidence(lines) ?? derivation.confidence))),
  };
}

interface ReadLine {
  readonly evidence: Evidence;
  /** Code points of the line that lie in the window. */
  readonly points: number;
}

function linesIn(window: Span | undefined, spans: readonly DerivedSpan[]): ReadLine[] {
  return spans.flatMap(({ text, evidence }) => {
    if (evidence === undefined) return [];
    const points = text === undefined ? 0 : sharedLength(text, window ?? text);
    return points > 0 || window === undefined ? [{ evidence, points }] : [];
  });
}

function sharedLength(a: Span, b: Span): number {
  if (a.unit !== b.unit) return 0;
  const start = Math.max(Number(a.start), Number(b.start));
  const end = Math.min(Number(a.end), Number(b.end));
  return Math.max(0, end - start);
}

/** Mean over code points; undefined where there are none. */
function meanConfidence(lines: readonly ReadLine[]): number | undefined {
  const points = lines.reduce((sum, line) => sum + line.points, 0);
  if (points === 0) return undefined;
  return lines.reduce((sum, { points: own, evidence }) => sum + own * evidence.confidence, 0) / points;
}

/** Smallest stretch over spans of one unit; undefined where there is none, or where units differ. */
function hullOfSpans(spans: readonly Span[]): Span | undefined {
  const [first] = spans;
  if (first === undefined || first.unit === SpanUnit.UNSPECIFIED) return undefined;
  if (spans.some((span) => span.unit !== first.unit)) return undefined;
  let { start, end } = first;
  for (const span of spans) {
    if (span.start < start) start = span.start;
    if (span.end > end) end = span.end;
  }
  return { unit: first.unit, start, end };
}

/** Upright rectangle around the points, clockwise from the top left. */
function hullOfPoints(points: readonly Point[]): Point[] {
  const left = round6(Math.min(...points.map(({ x }) => x)));
  const right = round6(Math.max(...points.map(({ x }) => x)));
  const top = round6(Math.min(...points.map(({ y }) => y)));
  const bottom = round6(Math.max(...points.map(({ y }) => y)));
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}
