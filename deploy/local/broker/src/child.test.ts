import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startChild } from './child.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'child-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const LIMIT = { timeout: 20_000, interval: 20 };

/** Gone, or a zombie that nobody has reaped. */
async function isGone(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  return status === undefined || /^State:\s+Z/m.test(status);
}

test('a child dies with its parent, however the parent dies', async () => {
  const module = new URL('../dist/child.js', import.meta.url).href;
  const script = `
    import { startChild } from ${JSON.stringify(module)};
    const child = await startChild('sleep', ['600'], ${JSON.stringify(join(folder, 'sleep.log'))});
    console.log(child.pid);
    setInterval(() => {}, 1000);
  `;
  const parent: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) => {
    createInterface({ input: parent.stdout as NonNullable<ChildProcess['stdout']> }).once('line', (line) =>
      resolve(Number(line)),
    );
  });
  expect(await isGone(pid)).toBe(false);
  parent.kill('SIGKILL');
  await vi.waitFor(async () => expect(await isGone(pid)).toBe(true), LIMIT);
});

test('a child that is stopped takes its end all the same, and one that ignores the signal is killed', async () => {
  const stopped = await startChild('sleep', ['600'], join(folder, 'stopped.log'));
  stopped.signal('SIGSTOP');
  await stopped.end('SIGTERM', 20_000);
  expect(await stopped.ended).toBe('SIGTERM');

  const log = join(folder, 'stubborn.log');
  const stubborn = await startChild(
    '/bin/sh',
    ['-c', 'trap "" TERM; echo ready; while :; do sleep 1; done'],
    log,
  );
  await vi.waitFor(async () => expect(await readFile(log, 'utf8')).toContain('ready'), LIMIT);
  await stubborn.end('SIGTERM', 200);
  expect(await stubborn.ended).toBe('SIGKILL');
  expect(stubborn.isAlive()).toBe(false);
});

test('a command that does not exist is told as such', async () => {
  await expect(startChild('no-such-command', [], join(folder, 'none.log'))).rejects.toThrow('ENOENT');
});
