import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTrainingManifest } from './dataset-files.js';

const head = (name: string) => ({
  name,
  category: name,
  modality: 'text',
  languages: ['en'],
  prior: 0.1,
  l2: 0.01,
  lexicon: true,
  sources: [
    { dataset: 'rows', role: 'positive' },
    { dataset: 'rows', role: 'negative' },
  ],
  card: { title: name, purpose: 'Finds it.', failures: ['It fails.'], must_not: ['Be alone.'] },
});
const base = {
  format: 1,
  id: 'base',
  description: '',
  encoder: 'small',
  datasets: {
    rows: { root: 'data', path: 'r.csv', format: 'csv', text: 't', licence: 'CC0', attribution: 'x' },
  },
  heads: [head('red'), head('blue')],
};
const card = { title: 'wide model', purpose: 'The same rows.', failures: ['It is wide.'] };
const variants = [
  { suffix: 'wide', languages: { red: ['en', 'fr'] }, lexicon: false, l2: { red: 0.1 }, card },
];
const extending = { format: 1, id: 'wide', description: '', encoder: 'wide', extends: 'base.json', variants };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifest-'));
  await writeFile(join(folder, 'base.json'), JSON.stringify(base));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(document: unknown) {
  const file = join(folder, 'made.json');
  await writeFile(file, JSON.stringify(document));
  return readTrainingManifest(file);
}

describe('a training manifest that extends another', () => {
  it('trains the named heads on the same rows, by its own model and changes', async () => {
    const made = await read(extending);
    expect(made).toMatchObject({ id: 'wide', encoder: 'wide', datasets: { rows: { path: 'r.csv' } } });
    expect(made.heads).toMatchObject([
      {
        name: 'red-wide',
        variant_of: 'red',
        category: 'red',
        languages: ['en', 'fr'],
        lexicon: false,
        l2: 0.1,
        prior: 0.1,
        card: {
          title: 'red (wide model)',
          purpose: 'The same rows. Finds it.',
          failures: ['It is wide.', 'It fails.'],
        },
      },
    ]);
    expect(made.heads[0]?.sources).toEqual(
      (await readTrainingManifest(join(folder, 'base.json'))).heads[0]?.sources,
    );
  });

  it('adds rows of its own to every head of a variant', async () => {
    const more = { ...base.datasets.rows, path: 'more.csv' };
    const sources = [{ dataset: 'more', role: 'negative', weight: 3 }];
    const made = await read({ ...extending, datasets: { more }, variants: [{ ...variants[0], sources }] });
    expect(Object.keys(made.datasets)).toEqual(['rows', 'more']);
    expect(made.heads[0]?.sources.map(({ dataset }) => dataset)).toEqual(['rows', 'rows', 'more']);
  });

  it('is refused where it names a head that is not there, or a file that is no manifest', async () => {
    const other = [{ ...variants[0], languages: { green: ['en'] } }];
    await expect(read({ ...extending, variants: other })).rejects.toThrow('has no head green');
    await expect(read({ ...extending, extends: 'made.json' })).rejects.toThrow('made.json');
    await expect(read({ ...extending, extends: '../base.json' })).rejects.toThrow('inside its root');
  });
});
