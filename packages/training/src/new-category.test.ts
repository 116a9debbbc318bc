import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadHeadSet } from '@tercet/policy';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trainHeads } from './train-heads.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const example = join(root, 'examples/new-category');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'new-category-'));
});
afterAll(() => rm(folder, { recursive: true }));

const train = (out: string, cache: string) =>
  trainHeads({
    manifest: join(example, 'manifest.yaml'),
    dataRoot: example,
    addTo: join(root, 'models/heads/default'),
    seed: 1,
    out: join(folder, out),
    cards: join(folder, 'cards'),
    cache: join(folder, cache),
    onProgress: () => undefined,
  });

it('adds the example’s category to the default heads, the same way twice, with the real model', async () => {
  const { heads, headSetDigest } = await train('one', 'cache-1');
  await train('two', 'cache-2');
  expect(heads[0]?.figures.auroc).toBeGreaterThan(0.6);
  const set = await loadHeadSet(join(folder, 'one'));
  expect(set.ref).toEqual({ id: 'with-spoilers', digest: headSetDigest });
  const entries = async (file: string) =>
    (JSON.parse(await readFile(file, 'utf8')) as { heads: { name: string; category: string }[] }).heads;
  const before = await entries(join(root, 'models/heads/default/manifest.json'));
  const after = await entries(join(folder, 'one/manifest.json'));
  expect(after).toEqual([...before, expect.objectContaining({ name: 'text-spoiler', category: 'spoiler' })]);
  for (const file of ['manifest.json', 'weights.f32'])
    expect(
      (await readFile(join(folder, 'two', file))).equals(await readFile(join(folder, 'one', file))),
    ).toBe(true);
});
