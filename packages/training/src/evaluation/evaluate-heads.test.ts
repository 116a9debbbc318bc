import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '@tercet/policy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { evaluateHeads } from './evaluate-heads.js';

/** Two sources that say the same in other words, and one that is at odds with both. */
const WORDS = {
  first: { good: ['apple', 'pear'], bad: ['granite', 'slate'] },
  second: { good: ['apple', 'plum'], bad: ['granite', 'basalt'] },
  odd: { good: ['slate', 'basalt'], bad: ['pear', 'plum'] },
} as const;
const SLOTS = ['apple', 'pear', 'plum', 'granite', 'slate', 'basalt'];

const embedder = {
  ref: { name: 'slots', version: '1', digest: sha256Hex('slots') },
  dimension: SLOTS.length,
  embed: async (texts: readonly string[]) =>
    texts.map((text) => Float32Array.from(SLOTS, (word) => (text.split(' ').includes(word) ? 1 : 0))),
};

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'evaluation-'));
  for (const [name, { good, bad }] of Object.entries(WORDS)) {
    const lines = Array.from({ length: 120 }, (_, i) => {
      const isGood = i % 2 === 0;
      const words = isGood ? good : bad;
      return JSON.stringify({ text: `${words[(i >> 1) % 2]} ${name} ${i}`, kind: isGood ? 'good' : 'bad' });
    });
    await writeFile(join(root, `${name}.jsonl`), lines.join('\n'));
  }
  const dataset = (name: string) =>
    `  ${name}: { root: data, path: ${name}.jsonl, format: jsonl, text: text, licence: CC0, attribution: nobody }`;
  const source = (name: string) =>
    `      - { dataset: ${name}, role: positive, where: { kind: [good] } }\n      - { dataset: ${name}, role: negative, where: { kind: [bad] } }`;
  await writeFile(
    join(root, 'manifest.yaml'),
    `
format: 1
id: fruit
description: made for tests
encoder: slots
datasets:
${Object.keys(WORDS).map(dataset).join('\n')}
heads:
  - name: fruit
    category: fruit
    modality: text
    languages: []
    prior: 0.3
    l2: 0.001
    sources:
${['first', 'second'].map(source).join('\n')}
    card: { title: Fruit, purpose: Finds fruit., failures: [Few.], must_not: [Any.] }
`,
  );
});
afterEach(() => rm(root, { recursive: true }));

it('measures a source that the head was not trained on, with that source’s own negatives', async () => {
  const sides = 'positive: { kind: [good] }, negative: { kind: [bad] }, goal: 0.5';
  await writeFile(
    join(root, 'plan.yaml'),
    `
format: 1
leave_one_out:
  - { head: fruit, name: second, dataset: second, ${sides} }
  - { head: fruit, name: odd, dataset: odd, ${sides} }
folds:
  - head: fruit
    name: first
    folds: 3
    positive: [{ dataset: first, where: { kind: [good] } }]
    negative: [{ dataset: first, where: { kind: [bad] } }]
`,
  );
  const { heads, leftOut, folds } = await evaluateHeads({
    manifest: join(root, 'manifest.yaml'),
    plan: join(root, 'plan.yaml'),
    seed: 1,
    dataRoot: root,
    cache: join(root, 'cache'),
    openEmbedder: async () => embedder,
    onProgress: () => undefined,
  });
  const [second, odd] = leftOut;
  expect(heads[0]?.figures.auroc).toBe(1);
  expect(second).toMatchObject({
    positives: 60,
    negatives: 60,
    sourcePrior: 0.5,
    calibratedPrior: 0.3,
    inSource: 1,
  });
  // Half of its words are known from the first source, the other half say nothing: ties among those.
  expect(second?.auroc).toBeGreaterThan(0.7);
  expect(second?.auroc).toBeLessThan(1);
  expect(odd?.auroc).toBeLessThan(0.1);
  expect(folds[0]).toMatchObject({ positives: 60, negatives: 60, aurocs: [1, 1, 1] });
});
