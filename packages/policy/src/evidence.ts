import { type Derivation, type Evidence, type Point, type Span, SpanUnit } from '@tercet/contracts';
import { round6 } from './probability.js';

/**
 * Where a score came from, for a moderator: the window's own span, or, where the part was read from another one, the
 * stretch of time or the region of the picture that the words in this window were read from.
 * @returns undefined where the score stands for the whole part and nothing was read.
 */
export function evidenceOf(
  window: Span | undefined,
  derivation: Derivation | undefined,
): Evidence | undefined {
  if (derivation === undefined) {
    return window === undefined ? undefined : { span: window, box: undefined, confidence: 1 };
  }
  const read = derivation.spans
    .filter(({ text }) => window === undefined || text === undefined || overlaps(text, window))
    .flatMap(({ evidence }) => (evidence === undefined ? [] : [evidence]));
  const span = hullOfSpans(read.flatMap((evidence) => (evidence.span === undefined ? [] : [evidence.span])));
  const corners = read.flatMap((evidence) => evidence.box?.corners ?? []);
  return {
    span: span ?? window,
    box: corners.length === 0 ? undefined : { corners: hullOfPoints(corners) },
    confidence: round6(Math.min(1, Math.max(0, derivation.confidence))),
  };
}

function overlaps(a: Span, b: Span): boolean {
  return a.unit === b.unit && a.start < b.end && b.start < a.end;
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
