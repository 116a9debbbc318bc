import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logBytes } from './sizes.js';

it('adds the segments of one topic', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sizes-'));
  try {
    for (const name of ['x.embeddings-0', 'x.embeddings-1', 'x.decisions-0']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, '0.log'), Buffer.alloc(100));
      writeFileSync(join(folder, name, '0.index'), Buffer.alloc(1000));
    }
    expect(logBytes(folder, 'x.embeddings')).toBe(200);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
