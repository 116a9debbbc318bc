import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentPath, sha256Hex } from './content-store.js';
import { createContentStore } from './content-store-url.js';
import { FsContentStore } from './fs-content-store.js';

describe('FsContentStore', () => {
  let root = '';
  let store: FsContentStore;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'tercet-content-'));
    store = new FsContentStore(root);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('gives back what was put, under its own hash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        const name = await store.put(bytes);
        expect(name).toBe(sha256Hex(bytes));
        expect(Buffer.from(await store.get(name, 5000)).equals(bytes)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('takes the same bytes from many writers at once and leaves no temporary file', async () => {
    const bytes = Buffer.from('the same bytes');
    const names = await Promise.all(Array.from({ length: 8 }, () => store.put(bytes)));
    expect(new Set(names).size).toBe(1);
    const files = await readdir(root, { recursive: true });
    expect(files.filter((name) => name.includes('.tmp'))).toEqual([]);
    expect(await store.has(sha256Hex(bytes))).toBe(true);
  });

  it('refuses content beyond the limit, absent content and content that was changed', async () => {
    const name = await store.put(Buffer.alloc(100, 1));
    await expect(store.get(name, 99)).rejects.toMatchObject({ kind: 'InvalidInput', code: 'too_large' });
    await expect(store.get('0'.repeat(64), 99)).rejects.toMatchObject({ code: 'content_missing' });
    await writeFile(join(root, contentPath(name)), Buffer.alloc(100, 2));
    await expect(store.get(name, 100)).rejects.toMatchObject({ code: 'sha256_mismatch' });
  });

  it('syncs where its address says so, and keeps the folder', async () => {
    const synced = createContentStore(`file://${root}?sync=true`);
    const name = await synced.put(Buffer.from('synced'));
    expect(Buffer.from(await store.get(name, 10)).toString()).toBe('synced');
  });

  it('never leaves its root', async () => {
    await expect(store.get('../../etc/passwd', 9)).rejects.toMatchObject({ code: 'bad_uri' });
    await expect(store.get('A'.repeat(64), 9)).rejects.toMatchObject({ code: 'bad_uri' });
  });

  it('erases, and erasing again is harmless', async () => {
    const name = await store.put(Buffer.from('x'));
    await store.remove(name);
    await store.remove(name);
    expect(await store.has(name)).toBe(false);
  });

  it('answers Unavailable where the folder cannot be used', async () => {
    const file = join(root, 'a-file');
    await writeFile(file, '');
    const broken = new FsContentStore(file);
    await expect(broken.put(Buffer.from('x'))).rejects.toMatchObject({
      kind: 'Unavailable',
      code: 'content_store_unavailable',
    });
  });

  it('does nothing for a caller that has stopped', async () => {
    await expect(store.put(Buffer.from('x'), AbortSignal.abort())).rejects.toMatchObject({
      code: 'deadline',
    });
  });
});
