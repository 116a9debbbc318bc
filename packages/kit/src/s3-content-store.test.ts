import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { ContentRef } from '@tercet/contracts';
import S3rver from 's3rver';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from './content-store.js';
import { createContentStore } from './content-store-url.js';
import { createFetcher } from './fetcher.js';

const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'not-really-secret' };
const ENV = {
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
};
const REGION = 'eu-test-1';

/** The hash that the AWS signer wants. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key =
      typeof secret === 'string' || secret === undefined ? secret : Buffer.from(secret as Uint8Array);
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

/** Whether Amazon's own signer makes the same signature, over the body's real hash. */
async function isSigned(request: IncomingMessage, body: Uint8Array): Promise<boolean> {
  const authorization = request.headers.authorization ?? '';
  const [, signedHeaders, signature] =
    /SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})/.exec(authorization) ?? [];
  const date = String(request.headers['x-amz-date'] ?? '');
  if (!signedHeaders || !signature || request.headers['x-amz-content-sha256'] !== sha256Hex(body))
    return false;
  const names = signedHeaders.split(';');
  const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name] ?? '')]));
  const signer = new SignatureV4({
    credentials: CREDENTIALS,
    region: REGION,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const path = new URL(request.url ?? '', 'http://x').pathname;
  const iso = date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3:$4:$5Z');
  const signed = await signer.sign(
    { method: request.method ?? '', protocol: 'http:', hostname: 'x', path, query: {}, headers },
    { signingDate: new Date(iso), signableHeaders: new Set(names) },
  );
  return signed.headers['authorization']?.endsWith(`Signature=${signature}`) ?? false;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

describe('S3', () => {
  let folder = '';
  let backend: S3rver;
  let front: Server;
  let endpoint = '';
  let behind = '';
  /** Statuses that the front answers with before it asks the server behind it. */
  let faults: number[] = [];
  let asked = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tercet-s3-'));
    backend = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: folder,
      configureBuckets: [{ name: 'content', configs: [] }],
    });
    const { port } = await backend.run();
    behind = `http://127.0.0.1:${port}`;
    // The server behind it does not check signatures of version 4.
    const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = await bodyOf(request);
      asked += 1;
      const fault = faults.shift();
      if (fault !== undefined) return void response.writeHead(fault).end();
      if (!(await isSigned(request, body))) return void response.writeHead(403).end();
      const method = request.method ?? 'GET';
      const answer = await fetch(`${behind}${request.url}`, {
        method,
        ...(method === 'PUT' ? { body } : {}),
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const length = answer.headers.get('content-length') ?? String(bytes.length);
      response.writeHead(answer.status, { 'content-length': length }).end(bytes);
    };
    front = createServer((request, response) => {
      forward(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    front.closeAllConnections();
    front.close();
    await backend.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    faults = [];
    asked = 0;
  });

  const open = (env: Record<string, string> = ENV) =>
    createContentStore(`s3://content/some/prefix?endpoint=${endpoint}&region=${REGION}`, env);

  it('stores, reads, finds and erases content with signed requests', async () => {
    const store = open();
    const bytes = Buffer.from('bytes with ünïcode \u0000 and zeros');
    const name = await store.put(bytes);
    expect(name).toBe(sha256Hex(bytes));
    expect(await store.put(bytes)).toBe(name);
    expect(Buffer.from(await store.get(name, 1000))).toEqual(bytes);
    expect(await store.has(name)).toBe(true);
    await store.remove(name);
    expect(await store.has(name)).toBe(false);
    await store.remove(name);
    await expect(store.get(name, 1000)).rejects.toMatchObject({ code: 'content_missing' });
  });

  it('reads nothing beyond the limit', async () => {
    const name = await open().put(Buffer.alloc(200_000, 7));
    await expect(open().get(name, 199_999)).rejects.toMatchObject({ code: 'too_large' });
    expect((await open().get(name, 200_000)).length).toBe(200_000);
  });

  it('finds content that was changed behind its back', async () => {
    const name = await open().put(Buffer.from('right'));
    const key = `some/prefix/${name.slice(0, 2)}/${name}`;
    await fetch(`${behind}/content/${key}`, { method: 'PUT', body: 'wrong' });
    await expect(open().get(name, 1000)).rejects.toMatchObject({ code: 'sha256_mismatch' });
  });

  it('answers Unavailable for a wrong secret, a server error and no server', async () => {
    const unavailable = { kind: 'Unavailable', code: 'content_store_unavailable' };
    const wrong = open({ ...ENV, AWS_SECRET_ACCESS_KEY: 'another' });
    await expect(wrong.put(Buffer.from('x'))).rejects.toMatchObject(unavailable);
    faults = [503, 503];
    await expect(open().has('a'.repeat(64))).rejects.toMatchObject(unavailable);
    await expect(open().get('a'.repeat(64), 9)).rejects.toMatchObject(unavailable);
    const nowhere = createContentStore('s3://content?endpoint=http://127.0.0.1:1', ENV);
    await expect(nowhere.put(Buffer.from('x'))).rejects.toMatchObject(unavailable);
  });

  describe('a part at an s3:// address', () => {
    const env = () => ({ ...ENV, AWS_REGION: REGION, AWS_ENDPOINT_URL_S3: endpoint });
    const fetcher = (allow: string[]) =>
      createFetcher({ allow, maxBytes: 1000, timeoutMs: 10_000, retryDelayMs: 1, env: env() });
    const keyOf = (name: string) => `some/prefix/${name.slice(0, 2)}/${name}`;

    it('is read from an allowed bucket, and checked', async () => {
      const bytes = Buffer.from('a part');
      const sha256 = await open().put(bytes);
      const uri = `s3://content/${keyOf(sha256)}`;
      const content = ContentRef.fromPartial({ uri, sha256 });
      expect(Buffer.from(await fetcher(['content']).read(content))).toEqual(bytes);
      const other = ContentRef.fromPartial({ uri, sha256: 'b'.repeat(64) });
      await expect(fetcher(['content']).read(other)).rejects.toMatchObject({ code: 'sha256_mismatch' });
      await expect(fetcher(['other']).read(content)).rejects.toMatchObject({ code: 'uri_not_allowed' });
    });

    it('is asked for again after a server error, and missing at once', async () => {
      const sha256 = await open().put(Buffer.from('again'));
      faults = [500, 503];
      asked = 0;
      const content = ContentRef.fromPartial({ uri: `s3://content/${keyOf(sha256)}` });
      expect(Buffer.from(await fetcher(['content']).read(content)).toString()).toBe('again');
      expect(asked).toBe(3);
      const missing = ContentRef.fromPartial({ uri: 's3://content/none' });
      await expect(fetcher(['content']).read(missing)).rejects.toMatchObject({ code: 'content_missing' });
      expect(asked).toBe(4);
      const malformed = ContentRef.fromPartial({ uri: 's3://content/%zz' });
      await expect(fetcher(['content']).read(malformed)).rejects.toMatchObject({ code: 'bad_uri' });
    });
  });
});
