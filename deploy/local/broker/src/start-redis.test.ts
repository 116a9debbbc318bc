import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from './ask.js';
import { type RedisServer, startRedis } from './start-redis.js';

let folder: string;
let server: RedisServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-'));
});
afterEach(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function say(command: string, lines = 1): Promise<string> {
  const isWhole = (answer: Buffer) => answer.toString('latin1').split('\r\n').length > lines;
  const answer = await ask(server?.port ?? 0, Buffer.from(`${command}\r\n`), isWhole, 5_000);
  return answer?.toString('latin1') ?? 'no answer';
}

test('redis evicts nothing, and listens on loopback alone', async () => {
  server = await startRedis({ dataDir: folder, maxmemory: '32mb' });
  expect(await say('CONFIG GET maxmemory-policy', 5)).toContain('noeviction');
  expect(await say('CONFIG GET maxmemory', 5)).toContain('33554432');
  expect(await say('CONFIG GET bind', 5)).toContain('127.0.0.1');
});

test('with an append-only file a clean restart keeps what was written, on the same port', async () => {
  server = await startRedis({ dataDir: folder, appendonly: true });
  const { port, pid } = server;
  expect(await say('SET k v')).toContain('OK');
  await server.restart();
  expect(server.port).toBe(port);
  expect(server.pid).not.toBe(pid);
  expect(await say('GET k', 2)).toContain('v');
});

test('without one a kill loses everything but what SAVE wrote', async () => {
  server = await startRedis({ dataDir: folder });
  await say('SET saved v');
  await say('SAVE');
  await say('SET lost v');
  await server.kill();
  await server.restart();
  expect(await say('EXISTS saved')).toContain(':1');
  expect(await say('EXISTS lost')).toContain(':0');
});
