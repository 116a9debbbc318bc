import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256Of } from '../digest.js';
import { fetchHubFile, type HubFile } from './hub-source.js';

const content = randomBytes(300_000);
const file: HubFile = {
  repository: 'someone/some-model',
  revision: 'a'.repeat(40),
  path: 'onnx/model.onnx',
  sha256: sha256Of(content),
  bytes: content.byteLength,
};

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let handler: Handler;
let server: Server;
let requests: { url: string; range: string | undefined }[];
let partialDir: string;

beforeEach(async () => {
  requests = [];
  partialDir = await mkdtemp(join(tmpdir(), 'tercet-hub-'));
  server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', range: request.headers.range });
    handler(request, response, requests.length);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(partialDir, { recursive: true, force: true });
});

const fetchIt = (wanted: HubFile = file, onBytes?: (bytes: number) => void) =>
  fetchHubFile(wanted, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    partialDir,
    maxAttempts: 4,
    retryDelayMs: 5,
    idleTimeoutMs: 5_000,
    ...(onBytes === undefined ? {} : { onBytes }),
  });

/** Answers as a hub does: whole, or from the byte asked for. */
const serve: Handler = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from > 0) {
    response.writeHead(206, { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
  }
  response.end(content.subarray(from));
};

/** Sends some bytes and then drops the connection. */
const breakAfter =
  (bytes: number): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, bytes), () => response.destroy());
  };

describe('fetchHubFile', () => {
  it('fetches a file at its revision and counts its bytes', async () => {
    handler = serve;
    const counted: number[] = [];
    expect(Buffer.from(await fetchIt(file, (bytes) => counted.push(bytes))).equals(content)).toBe(true);
    expect(requests[0]?.url).toBe(`/someone/some-model/resolve/${'a'.repeat(40)}/onnx/model.onnx`);
    expect(counted.at(-1)).toBe(content.length);
    expect(await readdir(partialDir)).toEqual([]);
  });

  it('resumes a broken transfer where it stopped', async () => {
    handler = (request, response, count) =>
      (count === 1 ? breakAfter(100_000) : serve)(request, response, count);
    expect(Buffer.from(await fetchIt()).equals(content)).toBe(true);
    expect(requests).toHaveLength(2);
    expect(Number(/^bytes=(\d+)-$/.exec(requests[1]?.range ?? '')?.[1])).toBeGreaterThan(0);
  });

  it('resumes what an earlier run left', async () => {
    await writeFile(join(partialDir, file.sha256), content.subarray(0, 1_234));
    handler = serve;
    expect(Buffer.from(await fetchIt()).equals(content)).toBe(true);
    expect(requests.map(({ range }) => range)).toEqual(['bytes=1234-']);
  });

  it('starts again where the hub knows no ranges', async () => {
    await writeFile(join(partialDir, file.sha256), content.subarray(0, 1_234));
    handler = (_, response) => response.end(content);
    expect(Buffer.from(await fetchIt()).equals(content)).toBe(true);
  });

  it('starts again where the hub resumes at another place', async () => {
    await writeFile(join(partialDir, file.sha256), content.subarray(0, 1_234));
    handler = (request, response, count) => {
      if (count > 1) return serve(request, response, count);
      response.writeHead(206, { 'content-range': `bytes 0-${content.length - 1}/${content.length}` });
      response.end(content);
    };
    expect(Buffer.from(await fetchIt()).equals(content)).toBe(true);
  });

  it('waits out a hub that is busy', async () => {
    handler = (request, response, count) => {
      if (count > 2) return serve(request, response, count);
      response.writeHead(503).end();
    };
    expect(Buffer.from(await fetchIt()).equals(content)).toBe(true);
    expect(requests).toHaveLength(3);
  });

  it('refuses other bytes of the same length, once, and keeps nothing of them', async () => {
    handler = (_, response) => response.end(randomBytes(content.length));
    await expect(fetchIt()).rejects.toMatchObject({ kind: 'Unavailable', code: 'model_mismatch' });
    expect(requests).toHaveLength(1);
    expect(await readdir(partialDir)).toEqual([]);
  });

  it('does not go on with a partial file that was someone else’s', async () => {
    await writeFile(join(partialDir, file.sha256), randomBytes(1_234));
    handler = serve;
    await expect(fetchIt()).rejects.toMatchObject({ code: 'model_mismatch' });
    expect(Buffer.from(await fetchIt()).equals(content)).toBe(true);
  });

  it('stops a body that is longer than pinned while it streams', async () => {
    let sent = 0;
    handler = (_, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        sent += 65_536;
        response.write(Buffer.alloc(65_536), () => setImmediate(more));
      };
      more();
    };
    await expect(fetchIt()).rejects.toMatchObject({ code: 'model_mismatch' });
    expect(sent).toBeLessThan(200 * 65_536);
  });

  it('gives up on a file that is not there at once', async () => {
    handler = (_, response) => response.writeHead(404).end();
    await expect(fetchIt()).rejects.toMatchObject({ kind: 'Unavailable', code: 'model_missing' });
    expect(requests).toHaveLength(1);
  });

  it('gives up on a hub that always breaks off after its attempts', async () => {
    handler = (_, response) => response.destroy();
    await expect(fetchIt()).rejects.toMatchObject({ code: 'model_missing' });
    expect(requests.length).toBeGreaterThanOrEqual(4);
  });
});
