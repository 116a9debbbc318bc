import { expect, it } from 'vitest';
import type { RotatedBox } from './geometry.js';
import { readingOrder } from './reading-order.js';
import { uniteLines } from './unite-lines.js';

const box = (x: number, y: number, width = 100, height = 20, angle = 0): RotatedBox => ({
  x,
  y,
  width,
  height,
  angle,
});

it('reads rows from the top and words from the left', () => {
  expect(readingOrder([box(180, 52), box(60, 50), box(100, 20)])).toEqual([[2], [1, 0]]);
});

it('parts texts that stand far apart in one row', () => {
  expect(readingOrder([box(60, 50), box(400, 50)])).toEqual([[0], [1]]);
});

it('follows the slant of the text', () => {
  const angle = 0.26;
  const at = (along: number, across: number) =>
    box(
      300 + along * Math.cos(angle) - across * Math.sin(angle),
      300 + along * Math.sin(angle) + across * Math.cos(angle),
      100,
      20,
      angle,
    );
  expect(readingOrder([at(60, 30), at(-60, 30), at(60, 0), at(-60, 0)])).toEqual([
    [3, 2],
    [1, 0],
  ]);
});

it('orders nothing', () => {
  expect(readingOrder([])).toEqual([]);
});

it('keeps the look that says more of two at one place', () => {
  const line = (text: string, confidence: number, where: RotatedBox) => ({ text, confidence, box: where });
  const lines = [
    line('hal', 0.9, box(50, 50, 40)),
    line('half of it', 0.9, box(60, 51)),
    line('other', 0.9, box(60, 90)),
  ];
  expect(uniteLines(lines).map(({ text }) => text)).toEqual(['half of it', 'other']);
});
