import { expect, it } from 'vitest';
import { confidenceOf, decodeCtc } from './ctc.js';
import { spell } from './spell.js';

const CHARACTERS = ['', 'a', 'b', ' '];

/** Steps as the class that leads and its probability. */
function read(...steps: readonly (readonly [number, number])[]) {
  const data = new Float32Array(4 + steps.length * 4);
  steps.forEach(([best, probability], step) => {
    data[4 + step * 4 + best] = probability;
  });
  return decodeCtc(data, 4, steps.length, CHARACTERS);
}

it('joins repeats, parts them at blanks and keeps spaces', () => {
  const chars = read([1, 0.5], [1, 0.9], [0, 0.9], [1, 0.8], [2, 0.7], [3, 1], [2, 1]);
  expect(spell(chars)).toBe('aab b');
  expect(chars[0]).toEqual({ text: 'a', confidence: expect.closeTo(0.9, 5), start: 0, end: 2 });
  expect(confidenceOf(chars)).toBeCloseTo((0.9 + 0.8 + 0.7 + 1 + 1) / 5, 5);
});

it('reads nothing in blanks, without confidence', () => {
  expect(read([0, 1], [0, 1])).toEqual([]);
  expect(confidenceOf([])).toBe(0);
});

it('spells marks as wide as the text is set', () => {
  const chars = (text: string) => [...text].map((char) => ({ text: char, confidence: 1, start: 0, end: 1 }));
  expect(spell(chars('fu？  84！'))).toBe('fu? 84!');
  expect(spell(chars('你好！'))).toBe('你好！');
  expect(spell(chars(' e\u0301'))).toBe('é');
});
