import { type Derivation, type DerivedSpan, type Span, SpanUnit } from '@tercet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from './evidence.js';

const points = (start: number, end: number): Span => ({
  unit: SpanUnit.CODE_POINT,
  start: BigInt(start),
  end: BigInt(end),
});
const within = (unit: SpanUnit, start: number, end: number): Span => ({
  unit,
  start: BigInt(start),
  end: BigInt(end),
});
const corners = (left: number, top: number, right: number, bottom: number) => [
  { x: left, y: top },
  { x: right, y: top },
  { x: right, y: bottom },
  { x: left, y: bottom },
];

interface Line {
  readonly text: Span | undefined;
  readonly top?: number;
  readonly span?: Span;
  readonly confidence?: number;
}

function line({ text, top, span, confidence = 1 }: Line): DerivedSpan {
  const box = top === undefined ? undefined : { corners: corners(0.1, top, 0.9, top + 0.1) };
  return { text, evidence: { span, box, confidence } };
}

const read = (kind: string, lines: readonly Line[], confidence = 0.7): Derivation => ({
  sourcePartId: 'source',
  kind,
  confidence,
  spans: lines.map(line),
  truncated: [],
});

// "first line\nsecond line\nthird line": each of 10 or 11 code points, a line break between them.
const meme = read('ocr', [
  { text: points(0, 10), top: 0.1, confidence: 0.9 },
  { text: points(11, 22), top: 0.4, confidence: 0.6 },
  { text: points(23, 33), top: 0.7, confidence: 0.8 },
]);

describe('evidence of words in a picture', () => {
  it('is the line that the window lies in, with that line’s confidence', () => {
    expect(evidenceOf(points(12, 20), meme)).toEqual({
      span: points(12, 20),
      box: { corners: corners(0.1, 0.4, 0.9, 0.5) },
      confidence: 0.6,
    });
  });

  it('keeps a single line’s own corners, turned as it stands', () => {
    const turned = [
      { x: 0.2, y: 0.1 },
      { x: 0.8, y: 0.3 },
      { x: 0.7, y: 0.4 },
      { x: 0.1, y: 0.2 },
    ];
    const derivation = read('ocr', [{ text: points(0, 4) }]);
    const spans = [
      { text: points(0, 4), evidence: { span: undefined, box: { corners: turned }, confidence: 1 } },
    ];
    expect(evidenceOf(points(0, 4), { ...derivation, spans })?.box?.corners).toEqual(turned);
  });

  it('is the rectangle around the lines that a sentence runs over, and no others', () => {
    const evidence = evidenceOf(points(5, 15), meme);
    expect(evidence?.box?.corners).toEqual(corners(0.1, 0.1, 0.9, 0.5));
    // Five code points of the first line, four of the second.
    expect(evidence?.confidence).toBeCloseTo((5 * 0.9 + 4 * 0.6) / 9, 6);
  });

  it('is everything that was read where the part is one window', () => {
    expect(evidenceOf(undefined, meme)?.box?.corners).toEqual(corners(0.1, 0.1, 0.9, 0.8));
  });

  it('meets a line at its ends as half-open stretches do', () => {
    expect(evidenceOf(points(10, 11), meme)?.box?.corners).toEqual(corners(0.1, 0.1, 0.9, 0.8));
    expect(evidenceOf(points(9, 11), meme)?.box?.corners).toEqual(corners(0.1, 0.1, 0.9, 0.2));
    expect(evidenceOf(points(10, 12), meme)?.box?.corners).toEqual(corners(0.1, 0.4, 0.9, 0.5));
  });

  it('names the frames of an animation beside the box', () => {
    const frames = read('ocr', [
      { text: points(0, 5), top: 0.1, span: within(SpanUnit.FRAME, 0, 1) },
      { text: points(6, 12), top: 0.5, span: within(SpanUnit.FRAME, 11, 12) },
    ]);
    expect(evidenceOf(points(6, 12), frames)).toEqual({
      span: within(SpanUnit.FRAME, 11, 12),
      box: { corners: corners(0.1, 0.5, 0.9, 0.6) },
      confidence: 1,
    });
  });

  it('falls back on the whole text’s confidence where nothing says where it stood', () => {
    expect(evidenceOf(undefined, read('ocr', []))).toEqual({
      span: undefined,
      box: undefined,
      confidence: 0.7,
    });
  });
});

describe('evidence of words that were said', () => {
  const talk = read('speech', [
    { text: points(0, 20), span: within(SpanUnit.MILLISECOND, 0, 4000) },
    { text: points(21, 40), span: within(SpanUnit.MILLISECOND, 4200, 9000) },
    { text: points(41, 60), span: within(SpanUnit.MILLISECOND, 120_000, 124_000) },
  ]);

  it('is the stretch of time of the segments that the window runs over', () => {
    expect(evidenceOf(points(41, 60), talk)?.span).toEqual(within(SpanUnit.MILLISECOND, 120_000, 124_000));
    expect(evidenceOf(points(10, 30), talk)?.span).toEqual(within(SpanUnit.MILLISECOND, 0, 9000));
    expect(evidenceOf(points(10, 30), talk)?.box).toBeUndefined();
  });
});

describe('evidence in a part that was not derived', () => {
  it('is the window itself, none where the part is one vector', () => {
    expect(evidenceOf(points(3, 9), undefined)).toEqual({
      span: points(3, 9),
      box: undefined,
      confidence: 1,
    });
    expect(evidenceOf(undefined, undefined)).toBeUndefined();
  });
});

it('always holds every line that the window touches, whatever the lines', () => {
  const lines = fc.array(
    fc.record({
      start: fc.nat(200),
      length: fc.integer({ min: 1, max: 40 }),
      top: fc.double({ min: 0, max: 0.9, noNaN: true }),
    }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(lines, fc.nat(200), fc.integer({ min: 1, max: 80 }), (made, from, length) => {
      const derivation = read(
        'ocr',
        made.map(({ start, length: own, top }) => ({
          text: points(start, start + own),
          top,
          confidence: 0.5,
        })),
      );
      const evidence = evidenceOf(points(from, from + length), derivation);
      const ys = evidence?.box?.corners.map(({ y }) => y) ?? [];
      for (const { start, length: own, top } of made) {
        if (start >= from + length || from >= start + own) continue;
        expect(Math.min(...ys)).toBeLessThanOrEqual(top + 1e-6);
        expect(Math.max(...ys)).toBeGreaterThanOrEqual(top + 0.1 - 1e-6);
      }
      expect(evidence?.confidence).toBeCloseTo(0.5, 6);
    }),
  );
});
