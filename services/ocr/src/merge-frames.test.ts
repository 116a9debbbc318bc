import { SpanUnit } from '@tercet/contracts';
import { expect, it } from 'vitest';
import { joinText, type SeenLine } from './join-text.js';
import { mergeFrames } from './merge-frames.js';

const line = (text: string, confidence = 0.9): SeenLine => ({
  text,
  confidence,
  corners: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ],
});

it('says a line once, over its frames, by its most certain reading', () => {
  const merged = mergeFrames([
    { index: 0, rows: [[line('Keep ca1m', 0.7)], [line('one')]] },
    { index: 4, rows: [[line('one')]] },
    { index: 9, rows: [[line('ONE.', 0.99), line('more')]] },
  ]);
  expect(merged.map((row) => row.map(({ text, frames }) => [text, frames]))).toEqual([
    [['Keep ca1m', { start: 0, end: 1 }]],
    [['ONE.', { start: 0, end: 10 }]],
    [['more', { start: 9, end: 10 }]],
  ]);
});

it('joins rows and counts spans in code points', () => {
  const { text, confidence, spans } = joinText([
    [line('😀 up', 1), line('there', 0.5)],
    [{ ...line('down', 1), frames: { start: 2, end: 5 } }],
  ]);
  expect(text).toBe('😀 up there\ndown');
  expect(confidence).toBeCloseTo((4 + 5 * 0.5 + 4) / 13, 9);
  const points = [...text];
  const texts = spans.map(({ text: span }) => points.slice(Number(span?.start), Number(span?.end)).join(''));
  expect(texts).toEqual(['😀 up', 'there', 'down']);
  expect(spans.map(({ evidence }) => evidence?.span?.unit)).toEqual([undefined, undefined, SpanUnit.FRAME]);
});
