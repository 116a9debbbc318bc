import { expect, it } from 'vitest';
import { createRandom } from './random.js';
import { romanised } from './romanise.js';

const spellings = (word: string, variants = 60): string[] => [
  ...romanised(new Map([[word, 1]]), variants, createRandom(5)).keys(),
];

it.each([
  ['привет', 'privet'],
  ['что', 'chto'],
  ['καλημέρα', 'kalimera'],
  ['नहीं', 'nahin'],
  ['मुझे', 'mujhe'],
  ['حبيبي', '7abibi'],
  ['шалом', 'shalom'],
  ['שלום', 'shalom'],
])('spells %s as %s, among others', (word, expected) => {
  const found = spellings(word, 400);
  expect(found).toContain(expected);
  for (const spelling of found) expect(spelling).toMatch(/^[a-z0-9']+$/);
});

it('keeps the frequency of a word over its spellings, and knows nothing of Latin words', () => {
  const sum = [...romanised(new Map([['привет', 0.25]]), 7, createRandom(1)).values()].reduce(
    (a, b) => a + b,
    0,
  );
  expect(sum).toBeCloseTo(0.25, 12);
  expect(spellings('hello')).toEqual([]);
});
