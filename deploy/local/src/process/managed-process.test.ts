import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { ManagedProcess } from './managed-process.js';
import { startReaper } from './reaper.js';
import { waitFor } from './wait-for.js';

const TIMEOUT = { timeoutMs: 20_000 };
const running: ManagedProcess[] = [];
const reaper = startReaper();

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

function start(script: string, maxRestarts = 0, stopTimeoutMs = 5000): ManagedProcess {
  const managed = new ManagedProcess({
    name: 'test',
    command: process.execPath,
    args: ['-e', script],
    cwd: process.cwd(),
    env: process.env,
    reaper,
    maxRestarts,
    stopTimeoutMs,
  });
  running.push(managed);
  managed.start();
  return managed;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const GRANDCHILD = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  console.log('grandchild', child.pid);
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 1000);`;

async function grandchildOf(managed: ManagedProcess): Promise<number> {
  const line = await waitFor(
    'it names its child',
    () => managed.log.all().find((one) => /grandchild/.test(one)),
    TIMEOUT,
  );
  return Number(line.split(' ')[1]);
}

it('starts a process again that ended by itself, but not for ever', async () => {
  const managed = start('process.exit(3)', 2);
  await waitFor('it is given up', () => managed.gone !== '', TIMEOUT);
  expect(managed.restarts).toBe(2);
  expect(managed.gone).toBe('exit code 3');
});

it('starts a process again that was killed', async () => {
  const managed = start('setInterval(() => {}, 1000)', 5);
  const first = managed.pid;
  managed.kill();
  await waitFor('another process runs', () => managed.pid !== undefined && managed.pid !== first, TIMEOUT);
  expect(managed.restarts).toBe(1);
});

it('ends what ignores SIGTERM, with the processes that it started', async () => {
  const managed = start(GRANDCHILD, 0, 300);
  const grandchild = await grandchildOf(managed);
  await managed.stop();
  expect(managed.pid).toBeUndefined();
  await waitFor('its child is gone', () => !isAlive(grandchild), TIMEOUT);
});

it('leaves nothing behind when the supervisor is killed', async () => {
  const module = (name: string) =>
    JSON.stringify(new URL(`../../dist/process/${name}.js`, import.meta.url).href);
  const supervisor = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `
      const { ManagedProcess } = await import(${module('managed-process')});
      const { startReaper } = await import(${module('reaper')});
      const managed = new ManagedProcess({ name: 'x', command: process.execPath, args: ['-e', ${JSON.stringify(GRANDCHILD)}],
        cwd: process.cwd(), env: process.env, reaper: startReaper(), maxRestarts: 0, stopTimeoutMs: 1000,
        onLine: (line) => console.log(managed.pid + ' ' + line) });
      managed.start();
      setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  let output = '';
  supervisor.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const match = await waitFor(
    'the supervisor runs its process',
    () => /(\d+) grandchild (\d+)/.exec(output),
    TIMEOUT,
  );
  const pids = [Number(match[1]), Number(match[2])];
  expect(pids.every(isAlive)).toBe(true);
  supervisor.kill('SIGKILL');
  await waitFor('both are gone', () => pids.every((pid) => !isAlive(pid)), TIMEOUT);
});
