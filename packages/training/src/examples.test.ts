import { describe, expect, it } from 'vitest';
import { readRows } from './dataset.js';
import { gatherExamples } from './examples.js';
import { trainingManifestSchema } from './manifest.js';

const dataset = {
  root: 'data',
  path: 'x',
  format: 'csv',
  text: 'text',
  licence: 'CC0',
  attribution: 'nobody',
};
const manifest = trainingManifestSchema.parse({
  format: 1,
  id: 'x',
  description: '',
  encoder: 'x',
  datasets: {
    good: dataset,
    bad: dataset,
    split: { ...dataset, split: { column: 'part', train: ['a'], calibration: ['b'], test: ['c'] } },
  },
  heads: [
    {
      name: 'x',
      category: 'x',
      modality: 'text',
      languages: [],
      prior: 0.1,
      l2: 0.1,
      sources: [
        { dataset: 'bad', role: 'positive' },
        { dataset: 'good', role: 'negative', limit: 100 },
        { dataset: 'split', role: 'negative' },
      ],
      card: { title: 'x', purpose: '', failures: ['x'], must_not: ['x'] },
    },
  ],
});
const [plan] = manifest.heads;
if (plan === undefined) throw new Error('the manifest has a head');

const row = (text: string, part = '') => ({ text, columns: { text, part } });
const many = (word: string, count: number) => Array.from({ length: count }, (_, i) => row(`${word} ${i}`));
const rows = new Map([
  ['bad', [...many('bad', 200), row('Both of them!'), row('bad  1'), row('BAD 1.')]],
  ['good', many('good', 300)],
  ['split', [row('first', 'a'), row('second', 'b'), row('third', 'c'), row('both, of them', 'a')]],
]);

describe('gatherExamples', () => {
  const examples = gatherExamples(plan, manifest, rows, 1);

  it('counts repeats once, drops contradictions and keeps to the limit', () => {
    expect(examples.filter(({ positive }) => positive)).toHaveLength(200);
    expect(examples.filter(({ source }) => source === 'good negative').length).toBeLessThanOrEqual(100);
    expect(examples.filter(({ text }) => /bad\W+1\W*$/i.test(text))).toHaveLength(1);
  });

  it('splits by text and seed, or as the authors did', () => {
    const splitOf = (text: string) => examples.find((example) => example.text === text)?.split;
    expect([splitOf('first'), splitOf('second'), splitOf('third')]).toEqual(['train', 'calibration', 'test']);
    expect(gatherExamples(plan, manifest, rows, 1)).toEqual(examples);
    expect(gatherExamples(plan, manifest, rows, 2)).not.toEqual(examples);
    const share = examples.filter(({ split }) => split === 'train').length / examples.length;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.8);
  });
});

describe('readRows', () => {
  const read = (format: 'csv' | 'tsv', content: string, more: object = {}) =>
    readRows(
      'made',
      { ...trainingManifestSchema.shape.datasets.valueType.parse(dataset), format, ...more },
      content,
    );

  it('reads quoted fields with line breaks, and tab-separated ones with quotes as they are', () => {
    expect(read('csv', 'text,label\n"one,\ntwo ""three""",x\n')).toMatchObject([
      { text: 'one, two "three"' },
    ]);
    expect(read('tsv', 'ham\tsay "hi\n', { columns: ['label', 'text'] })).toMatchObject([
      { text: 'say "hi' },
    ]);
  });

  it('takes traces of collection off tweets', () => {
    expect(read('csv', 'text\n"RT @name: fish &amp; chips &#8230;"\n', { clean: 'tweet' })).toMatchObject([
      { text: 'fish & chips …' },
    ]);
  });
});
