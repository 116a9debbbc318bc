import { lookup } from 'node:dns';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ContentRef } from '@tercet/contracts';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ContentStore, sha256Hex } from './content-store.js';
import { createFetcher, type FetcherOptions } from './fetcher.js';
import { checkAddress, guardedLookup, isPrivateAddress } from './fetcher-address.js';

vi.mock('node:dns', { spy: true });

describe('checkAddress', () => {
  const rules = { allow: ['media.example.org', '127.0.0.1', 'bucket'], allowPrivateNetworks: false };
  it.each([
    ['bad_uri', 'nonsense'],
    ['bad_uri', 'http://media.example.org/a'],
    ['bad_uri', 'file:///etc/passwd'],
    ['bad_uri', 'data:text/plain,x'],
    ['bad_uri', 'https://user:password@media.example.org/a'],
    ['uri_not_allowed', 'https://example.org/a'],
    ['uri_not_allowed', 'https://sub.media.example.org/a'],
    ['uri_not_allowed', 'https://media.example.org.evil.example/a'],
    ['uri_not_allowed', 'https://127.0.0.1/a'],
    ['uri_not_allowed', 'https://2130706433/a'],
    ['uri_not_allowed', 's3://other/a'],
  ])('answers %s for %s', (code, uri) => {
    expect(() => checkAddress(uri, rules)).toThrow(expect.objectContaining({ code }));
  });

  it('accepts what the list names, whatever its case', () => {
    expect(checkAddress('https://Media.Example.org/a', rules).hostname).toBe('media.example.org');
    expect(checkAddress('s3://bucket/a/b', rules).hostname).toBe('bucket');
  });
});

describe('isPrivateAddress', () => {
  it.each(['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'])(
    '%s is',
    (address) => expect(isPrivateAddress(address)).toBe(true),
  );
  it.each(['::1', '::', 'fe80::1', 'fd00::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', 'not an address'])(
    '%s is',
    (address) => expect(isPrivateAddress(address)).toBe(true),
  );
  it.each(['9.9.9.9', '172.32.0.1', '2620:fe::fe', '::ffff:9.9.9.9'])('%s is not', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  );
});

describe('guardedLookup', () => {
  const resolve = (answers: string[], allowPrivateNetworks = false) => {
    const answer = (_: unknown, __: unknown, callback: (error: null, all: unknown) => void) =>
      callback(
        null,
        answers.map((address) => ({ address, family: 4 })),
      );
    vi.mocked(lookup).mockImplementationOnce(answer as never);
    return new Promise((done, fail) => {
      guardedLookup({ allow: [], allowPrivateNetworks })('name', {}, (error, address) =>
        error ? fail(error) : done(address),
      );
    });
  };

  it('refuses a name of which any answer is private', async () => {
    await expect(resolve(['9.9.9.9', '10.0.0.1'])).rejects.toMatchObject({ code: 'uri_not_allowed' });
    await expect(resolve([])).rejects.toMatchObject({ code: 'uri_not_allowed' });
    expect(await resolve(['9.9.9.9'])).toBe('9.9.9.9');
    expect(await resolve(['10.0.0.1'], true)).toBe('10.0.0.1');
  });
});

describe('createFetcher', () => {
  let server: Server;
  let origin = '';
  let ca = '';
  /** Statuses that `/flaky` answers with before it answers 200. */
  let faults: number[] = [];
  let asked: string[] = [];

  beforeAll(async () => {
    const made = await generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
    ca = made.cert;
    server = createServer({ key: made.private, cert: made.cert }, (request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      const fault = path === '/flaky' ? faults.shift() : undefined;
      if (fault) return void response.writeHead(fault).end();
      if (path === '/silent') return;
      if (path === '/stalls') return void response.writeHead(200, { 'content-length': '10' }).write('x');
      if (path === '/missing') return void response.writeHead(404).end();
      if (path === '/forbidden') return void response.writeHead(403).end();
      if (path === '/announced') return void response.writeHead(200, { 'content-length': '5000' }).end();
      if (path === '/endless') {
        response.writeHead(200);
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(4096)));
          response.once('drain', more);
        };
        return more();
      }
      const target = /^\/to\?(.*)$/.exec(path)?.[1];
      if (target) return void response.writeHead(302, { location: decodeURIComponent(target) }).end();
      response.end('bytes');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    faults = [];
    asked = [];
  });

  const options = (): FetcherOptions => ({
    allow: ['localhost'],
    maxBytes: 1000,
    timeoutMs: 20_000,
    retryDelayMs: 1,
    allowPrivateNetworks: true,
    ca,
  });
  const fetcher = (change: Partial<FetcherOptions> = {}) => createFetcher({ ...options(), ...change });
  const at = (path: string, sha256 = '') => ContentRef.fromPartial({ uri: `${origin}${path}`, sha256 });
  const BYTES = Buffer.from('bytes');

  it('reads an address and checks its hash', async () => {
    expect(Buffer.from(await fetcher().read(at('/a', sha256Hex(BYTES))))).toEqual(BYTES);
    await expect(fetcher().read(at('/a', 'a'.repeat(64)))).rejects.toMatchObject({ code: 'sha256_mismatch' });
  });

  it.each([
    ['content_missing', '/missing', 1],
    ['fetch_failed', '/forbidden', 1],
    ['too_large', '/announced', 1],
    ['too_large', '/endless', 1],
    ['bad_uri', '/to?http%3A%2F%2Flocalhost%2Fa', 1],
    ['uri_not_allowed', '/to?https%3A%2F%2Felsewhere.example%2Fa', 1],
    ['uri_not_allowed', '/to?s3%3A%2F%2Flocalhost%2Fa', 1],
    ['fetch_failed', '/to?%2Fto%3F%2Fto%3F%2Fto%3F%2Fto%3F%2Fa', 4],
  ])('answers %s for %s', async (code, path, requests) => {
    await expect(fetcher().read(at(path))).rejects.toMatchObject({ kind: 'InvalidInput', code });
    expect(asked.length).toBe(requests);
  });

  it('follows a redirect on the list', async () => {
    expect(Buffer.from(await fetcher().read(at('/to?%2Fa')))).toEqual(BYTES);
  });

  it('asks again after a server error, a bounded number of times', async () => {
    faults = [503, 429];
    expect(Buffer.from(await fetcher().read(at('/flaky')))).toEqual(BYTES);
    faults = [500, 500, 500, 500];
    await expect(fetcher().read(at('/flaky'))).rejects.toMatchObject({ code: 'fetch_failed' });
    expect(asked.length).toBe(3 + 3);
  });

  it.each(['/silent', '/stalls'])('gives up on %s after its time', async (path) => {
    const impatient = fetcher({ timeoutMs: 50, maxAttempts: 2 });
    await expect(impatient.read(at(path))).rejects.toMatchObject({ code: 'fetch_failed' });
  });

  it('is Unavailable, not the item’s fault, for a caller that stops', async () => {
    const stop = new AbortController();
    const reading = fetcher().read(at('/silent'), stop.signal);
    await vi.waitFor(() => expect(asked).toEqual(['/silent']), { timeout: 20_000 });
    stop.abort();
    await expect(reading).rejects.toMatchObject({ kind: 'Unavailable', code: 'deadline' });
  });

  it('refuses a private network and a certificate that nobody vouches for', async () => {
    const guarded = fetcher({ allowPrivateNetworks: false });
    await expect(guarded.read(at('/a'))).rejects.toMatchObject({ code: 'uri_not_allowed' });
    const { ca: _, ...withoutCa } = { ...options(), maxAttempts: 1 };
    await expect(createFetcher(withoutCa).read(at('/a'))).rejects.toMatchObject({ code: 'fetch_failed' });
    expect(asked).toEqual([]);
  });

  it('takes inline text and stored content without asking anyone', async () => {
    const kept = new Map([[sha256Hex(BYTES), BYTES]]);
    const store: Pick<ContentStore, 'get'> = { get: async (name) => kept.get(name) ?? Buffer.from('none') };
    const reader = fetcher({ store: store as ContentStore });
    const inline = (inlineText: string) => ContentRef.fromPartial({ inlineText });
    expect(Buffer.from(await reader.read(inline('grüße'))).toString()).toBe('grüße');
    await expect(reader.read(inline('x'.repeat(1001)))).rejects.toMatchObject({ code: 'too_large' });
    const sha256 = sha256Hex(BYTES);
    expect(await reader.read(ContentRef.fromPartial({ sha256 }))).toEqual(BYTES);
    expect(await reader.read(ContentRef.fromPartial({ uri: `sha256:${sha256}` }))).toEqual(BYTES);
    expect(asked).toEqual([]);
  });
});
