import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadHeadSet, sha256Hex } from '@tercet/policy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TextEmbedder } from './embedder.js';
import { trainHeads } from './train-heads.js';
import { TrainingError } from './training-error.js';

/** Counts words: enough of a model to tell "apple" from "stone". */
class WordCounter implements TextEmbedder {
  readonly ref = { name: 'word-counter', version: '1', digest: sha256Hex('word-counter') };
  readonly dimension = 16;
  embedded = 0;
  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    this.embedded += texts.length;
    return texts.map((text) => {
      const vector = new Float32Array(this.dimension);
      for (const word of text.toLowerCase().split(/\W+/)) {
        const slot = Number.parseInt(sha256Hex(word).slice(0, 8), 16) % this.dimension;
        vector[slot] = (vector[slot] ?? 0) + 1;
      }
      const length = Math.hypot(...vector);
      return vector.map((value) => value / length);
    });
  }
}

const MANIFEST = `
format: 1
id: fruit
description: made for tests
encoder: word-counter
datasets:
  baskets:
    root: data
    path: baskets.csv
    format: csv
    text: words
    licence: CC0
    attribution: nobody
  notes:
    root: written
    path: notes.jsonl
    format: jsonl
    text: text
    licence: CC0
    attribution: nobody
heads:
  - name: fruit
    category: fruit
    modality: text
    languages: []
    prior: 0.3
    l2: 0.001
    sources:
      - { dataset: baskets, role: positive, where: { kind: [fruit] } }
      - { dataset: baskets, role: negative, where: { kind: [stone] } }
      - { dataset: notes, role: negative, weight: 2 }
    card: { title: Fruit, purpose: Finds fruit., failures: [It knows no vegetables.], must_not: [Feeding people.] }
signal_heads:
  - name: picture-fruit
    category: fruit
    modality: image
    model: pictures
    signals: [{ name: apple, weight: 1 }]
    transform: logit
    calibration: { scale: 1, offset: 0 }
    card: { title: Fruit in pictures, purpose: Finds fruit., failures: [Few.], must_not: [Any.] }
check: { path: check.jsonl }
probes: [{ name: Stones with marble, dataset: baskets, where: { kind: [stone] }, words: [marble] }]
`;

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'training-'));
  await mkdir(join(root, 'data'));
  const fruits = ['apple', 'pear', 'plum', 'grape'];
  const stones = ['granite', 'marble', 'slate', 'basalt'];
  const rows = Array.from({ length: 200 }, (_, i) =>
    i % 2 === 0
      ? `"a ${fruits[i % 4]} and, a ${fruits[(i >> 2) % 4]} number ${i}",fruit`
      : `a ${stones[i % 4]} number ${i},stone`,
  );
  await writeFile(join(root, 'data/baskets.csv'), `words,kind\n${rows.join('\n')}\n`);
  await writeFile(
    join(root, 'notes.jsonl'),
    '{"text":"a slate and a marble"}\n{"text":"the basalt there"}\n',
  );
  await writeFile(
    join(root, 'check.jsonl'),
    '{"kind":"fruit","text":"an apple"}\n{"kind":"other","text":"a granite"}\n',
  );
  await writeFile(join(root, 'manifest.yaml'), MANIFEST);
});
afterEach(() => rm(root, { recursive: true }));

const train = (out: string, embedder: TextEmbedder, seed = 1, addTo?: string) =>
  trainHeads({
    addTo,
    manifest: join(root, 'manifest.yaml'),
    dataRoot: join(root, 'data'),
    seed,
    out: join(root, out),
    cards: join(root, `${out}-cards`),
    cache: join(root, `${out}-cache`),
    openEmbedder: async () => embedder,
    resolveModel: async (name) => ({ name, version: '1', digest: sha256Hex(name) }),
    onProgress: () => undefined,
  });

describe('trainHeads', () => {
  it('writes heads that load and tell the classes apart, with a card', async () => {
    const { heads, headSetDigest } = await train('one', new WordCounter());
    expect(heads[0]?.figures.auroc).toBeGreaterThan(0.95);
    const set = await loadHeadSet(join(root, 'one'));
    expect(set.ref).toEqual({ id: 'fruit', digest: headSetDigest });
    expect([...set.modelDigests].sort()).toEqual([sha256Hex('word-counter'), sha256Hex('pictures')].sort());
    const card = await readFile(join(root, 'one-cards/fruit.md'), 'utf8');
    expect(card).toContain('It knows no vegetables.');
    expect(card).toMatch(/AUROC [01]\.\d{3}/);
    expect(card).toContain('| fruit | 1 | 1 |');
    expect(card).toContain('| other | 1 | 0 |');
    expect(card).toMatch(/\| Stones with marble \| \d+ \| 0\.0 % \|/);
    expect(card).not.toContain('number 7');
  });

  it('writes a perceptron over the vector and the word lists, bound to both', async () => {
    const both = MANIFEST.replace('    l2: 0.001', '    l2: 0.001\n    lexicon: true\n    hidden: 2');
    await writeFile(join(root, 'manifest.yaml'), both);
    const { heads } = await train('one', new WordCounter());
    expect(heads[0]?.figures.auroc).toBeGreaterThan(0.95);
    await loadHeadSet(join(root, 'one'));
    const document = JSON.parse(await readFile(join(root, 'one/manifest.json'), 'utf8')) as {
      heads: { kind: string; hidden?: number; beside?: { models: { name: string }[] } }[];
    };
    expect(document.heads[0]).toMatchObject({
      kind: 'mlp',
      hidden: 2,
      beside: { models: [{ name: 'lexicon' }] },
    });
  });

  it('adds heads to a set, and replaces one of the same name', async () => {
    await train('one', new WordCounter());
    await writeFile(join(root, 'manifest.yaml'), MANIFEST.replaceAll('name: fruit\n', 'name: stones\n'));
    await train('two', new WordCounter(), 1, join(root, 'one'));
    const names = async (folder: string) =>
      (
        JSON.parse(await readFile(join(root, folder, 'manifest.json'), 'utf8')) as {
          heads: { name: string }[];
        }
      ).heads.map(({ name }) => name);
    expect(await names('one')).toEqual(['fruit', 'picture-fruit']);
    expect(await names('two')).toEqual(['fruit', 'stones', 'picture-fruit']);
    const { ref } = await loadHeadSet(join(root, 'two'));
    await train('three', new WordCounter(), 1, join(root, 'two'));
    expect((await loadHeadSet(join(root, 'three'))).ref).not.toEqual(ref);
    expect(await names('three')).toEqual(['fruit', 'stones', 'picture-fruit']);
  });

  it('gives the same bytes from the same data and seed, and another split from another seed', async () => {
    await train('one', new WordCounter());
    await train('two', new WordCounter());
    await train('three', new WordCounter(), 2);
    for (const file of ['manifest.json', 'weights.f32']) {
      const first = await readFile(join(root, 'one', file));
      expect((await readFile(join(root, 'two', file))).equals(first)).toBe(true);
      expect((await readFile(join(root, 'three', file))).equals(first)).toBe(false);
    }
  });

  it('embeds a text once, and none again with its cache', async () => {
    const first = new WordCounter();
    await train('one', first);
    const again = new WordCounter();
    await train('one', again);
    expect(first.embedded).toBeGreaterThan(150);
    expect(again.embedded).toBe(0);
  });

  it('says which file or column is wrong, and never quotes a row', async () => {
    await writeFile(join(root, 'manifest.yaml'), MANIFEST.replace('kind: [fruit]', 'colour: [red]'));
    await expect(train('one', new WordCounter())).rejects.toThrow(/no column colour/);
    await writeFile(
      join(root, 'manifest.yaml'),
      MANIFEST.replace('text: words', `text: words\n    sha256: ${'0'.repeat(64)}`),
    );
    await expect(train('one', new WordCounter())).rejects.toThrow(/baskets.*sha256/);
    await writeFile(join(root, 'manifest.yaml'), MANIFEST.replace('prior: 0.3', 'prior: 3'));
    await expect(train('one', new WordCounter())).rejects.toThrow(/heads\.0\.prior/);
    await writeFile(join(root, 'manifest.yaml'), MANIFEST);
    await writeFile(join(root, 'data/baskets.csv'), 'words,kind\nsecret words,fruit,too,many\n');
    const error = await train('one', new WordCounter()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TrainingError);
    expect(String(error)).not.toContain('secret');
  });
});

describe('rows of a benchmark', () => {
  it('are trained on and appear in no figure', async () => {
    const manifest = MANIFEST.replace(
      '    attribution: nobody\n  notes',
      '    attribution: nobody\n    benchmark: true\n  notes',
    );
    await writeFile(join(root, 'manifest.yaml'), manifest);
    await writeFile(
      join(root, 'notes.jsonl'),
      Array.from({ length: 60 }, (_, i) => `{"text":"a slate by the marble ${i}"}`).join('\n'),
    );
    const { heads } = await train('one', new WordCounter());
    expect(heads[0]?.figures.rows.train.positive).toBeGreaterThan(50);
    expect(heads[0]?.figures.auroc).toBeNaN();
    expect(heads[0]?.figures.sources.map(({ source }) => source)).toEqual(['notes negative']);
    const card = await readFile(join(root, 'one-cards/fruit.md'), 'utf8');
    expect(card).toContain('was not measured');
  });
});
