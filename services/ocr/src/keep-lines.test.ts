import { expect, it } from 'vitest';
import { keepText } from './keep-lines.js';

const line = (text: string, confidence: number, height = 20) => ({ text, confidence, height });
const kept = (...lines: ReturnType<typeof line>[]) => keepText(lines, 0.6, 400).map(({ text }) => text);

it('keeps a sure line and drops an unsure, a tiny and a mere mark', () => {
  expect(
    kept(line('hello there', 0.7), line('maybe so', 0.5), line('too small', 0.9, 4), line('--', 1)),
  ).toEqual(['hello there']);
});

it('believes a short line where it is sure and no larger than text is, or in company', () => {
  expect(kept(line('NO', 0.97))).toEqual(['NO']);
  expect(kept(line('NO', 0.9))).toEqual([]);
  expect(kept(line('8', 0.99, 390))).toEqual([]);
  expect(kept(line('you said', 0.9), line('NO', 0.8))).toEqual(['you said', 'NO']);
});
