import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdDirectory } from './directory-lock.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tercet-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a folder', () => {
  it('is held by one at a time', async () => {
    const first = await holdDirectory(folder);
    await expect(holdDirectory(folder)).rejects.toMatchObject({ code: 'database_unavailable' });
    await first[Symbol.asyncDispose]();
    const second = await holdDirectory(folder);
    await second[Symbol.asyncDispose]();
  });

  it('is free again after its holder was killed', async () => {
    // What a killed process leaves: the socket's file, and nobody behind it.
    await writeFile(join(folder, 'held.sock'), '');
    const held = await holdDirectory(folder);
    await held[Symbol.asyncDispose]();
  });

  it('is not taken from a holder that says something else', async () => {
    const server = createServer((socket) => socket.end('another'));
    await new Promise<void>((done) => server.listen(join(folder, 'held.sock'), done));
    await expect(holdDirectory(folder)).rejects.toMatchObject({ code: 'database_unavailable' });
    await new Promise((done) => server.close(done));
  });
});
