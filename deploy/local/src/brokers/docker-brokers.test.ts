import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { modeFromEnv } from './brokers.js';
import { startInDocker } from './docker-brokers.js';

// An engine that answers and has no image. The client reads DOCKER_HOST once, so one serves all tests.
let server: Server;
let pull: RequestListener;
const lines: string[] = [];
const report = (line: string) => lines.push(line);

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '').split('?')[0];
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (path === '/info') answer(200, { ServerVersion: '20.10.24', OperatingSystem: 'x', OSType: 'linux' });
    else if (path === '/images/create') pull(request, response);
    else answer(404, { message: 'no such image' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('DOCKER_HOST', `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

beforeEach(() => {
  lines.length = 0;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('gives a pull that hangs its time, and says why it went on', async () => {
  pull = (request) => request.resume();
  const { reason } = (await startInDocker({ report }, 1500)) as { reason: string };
  expect(reason).toMatch(/apache\/kafka.* not pulled within 1.5 s/);
  expect(lines.join('\n')).toMatch(/pulling apache\/kafka/);
});

it('says why where a pull is refused', async () => {
  pull = (_, response) => response.writeHead(500).end('{"message":"no route to the registry"}');
  const startedAt = performance.now();
  const { reason } = (await startInDocker({ report }, 60_000)) as { reason: string };
  expect(reason).toMatch(/apache\/kafka.*pulled/);
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});

it('takes a mode from the environment, and no other word', () => {
  expect(modeFromEnv(undefined)).toBe('auto');
  expect(modeFromEnv('')).toBe('auto');
  expect(modeFromEnv('processes')).toBe('processes');
  expect(() => modeFromEnv('podman')).toThrow(/external, docker, processes/);
});
