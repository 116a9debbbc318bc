import { SpanUnit } from '@tercet/contracts';
import { expect, it } from 'vitest';
import { evidenceText } from './evidence-text.js';

const span = (unit: SpanUnit, start: bigint, end: bigint) => ({ unit, start, end });

it('tells a stretch of time, with the confidence of who heard it', () => {
  const evidence = {
    span: span(SpanUnit.MILLISECOND, 2_100n, 125_300n),
    box: undefined,
    confidence: 0.9,
  };
  expect(evidenceText(evidence)).toBe('0:02.1 to 2:05.3; read with confidence 0.90');
});

it('tells a frame and the box in it', () => {
  const corners = [
    { x: 0.1, y: 0.62 },
    { x: 0.9, y: 0.6 },
    { x: 0.9, y: 0.7 },
    { x: 0.1, y: 0.72 },
  ];
  expect(evidenceText({ span: span(SpanUnit.FRAME, 5n, 6n), box: { corners }, confidence: 1 })).toBe(
    'frame 5; box left 10 %, top 60 %, right 90 %, bottom 72 %',
  );
  expect(evidenceText({ span: span(SpanUnit.FRAME, 0n, 3n), box: undefined, confidence: 1 })).toBe(
    'frames 0 to 2',
  );
});

it('tells where in a text', () => {
  const evidence = { span: span(SpanUnit.CODE_POINT, 12n, 40n), box: undefined, confidence: 1 };
  expect(evidenceText(evidence)).toBe('characters 12 to 40');
});
