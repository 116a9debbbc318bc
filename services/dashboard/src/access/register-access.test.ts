import { silentLogger } from '@tercet/kit';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditPage, SessionView } from '../api/session.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database/database.js';
import { installErrors } from '../http/api-error.js';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.js';
import { readAccessConfig } from './config.js';
import { needs } from './needs.js';
import { registerAccess } from './register-access.js';

const HOST = '127.0.0.1:8080';
const COOKIE = 'tercet-development';

let scratch: ScratchDatabase;
let database: Database;
let app: FastifyInstance;

beforeAll(async () => {
  scratch = await openScratchDatabase();
  database = scratch.database;
}, 120_000);
afterAll(async () => {
  await scratch?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  app = Fastify();
  installErrors(app, silentLogger());
  const config = readAccessConfig({ TERCET_DASHBOARD_LOGIN: 'local' });
  await registerAccess(app, { database, config, logger: silentLogger() });
  app.get('/api/v1/feed', { preHandler: needs({ kind: 'view' }) }, async (request) => request.principal);
  const work = needs((request) => ({
    kind: 'work_queue',
    queue: (request.params as { queue: string }).queue,
  }));
  app.post('/api/v1/queues/:queue/claim', { preHandler: work }, async () => ({ claimed: true }));
});
afterEach(() => app.close());

/** A browser: it keeps its cookie and its token. */
class Browser {
  cookie = '';
  token = '';

  async get(url: string, headers: Record<string, string> = {}) {
    return this.#keep(await app.inject({ url, headers: { host: HOST, cookie: this.cookie, ...headers } }));
  }

  async post(url: string, body: object = {}, headers: Record<string, string> = {}) {
    const all = { host: HOST, cookie: this.cookie, 'x-csrf-token': this.token, ...headers };
    return this.#keep(await app.inject({ method: 'POST', url, payload: body, headers: all }));
  }

  async session(): Promise<SessionView> {
    const view = (await this.get('/api/v1/session')).json<SessionView>();
    this.token = view.csrfToken;
    return view;
  }

  async logIn(role = 'reviewer', change: object = {}) {
    await this.session();
    const answer = await this.post('/auth/local', { name: `A ${role}`, role, ...change });
    expect(answer.statusCode).toBe(204);
    return this.session();
  }

  #keep<Answer extends { cookies: { name: string; value: string }[] }>(answer: Answer): Answer {
    for (const { name, value } of answer.cookies) this.cookie = value === '' ? '' : `${name}=${value}`;
    return answer;
  }
}

const errorOf = (answer: { json<T>(): T; statusCode: number }) => [
  answer.statusCode,
  answer.json<{ error: { code: string } }>().error.code,
];

describe('a session', () => {
  it('begins with a login, under a cookie that no script reads, and ends with a logout', async () => {
    const browser = new Browser();
    expect(errorOf(await browser.get('/api/v1/feed'))).toEqual([401, 'not_logged_in']);
    const before = await browser.session();
    expect(before).toMatchObject({ user: null, login: 'local', expiresAtMs: null });
    const beforeCookie = browser.cookie;
    const login = await browser.post('/auth/local', { name: 'Ada', role: 'reviewer' });
    expect(String(login.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax$/);
    const after = await browser.session();
    expect(after.user).toMatchObject({ name: 'Ada', role: 'reviewer', childSafety: false });
    // Another cookie and another token: what was known before the login opens nothing after it.
    expect(browser.cookie).not.toBe(beforeCookie);
    expect(after.csrfToken).not.toBe(before.csrfToken);
    expect((await browser.get('/api/v1/feed')).json()).toEqual(after.user);
    const stolen = browser.cookie;
    const out = await browser.post('/auth/logout');
    expect([out.statusCode, out.json()]).toEqual([200, { next: null }]);
    browser.cookie = stolen;
    expect((await browser.get('/api/v1/feed')).statusCode).toBe(401);
  });

  it.each([
    ['its end', `expires_at = now() - interval '1 second'`],
    ['too long a rest', `last_seen_at = now() - interval '31 minutes'`],
    ['its revocation', 'revoked_at = now()'],
  ])('is over after %s', async (_, change) => {
    const browser = new Browser();
    await browser.logIn();
    expect((await browser.get('/api/v1/feed')).statusCode).toBe(200);
    await database.query(`UPDATE sessions SET ${change}`);
    expect((await browser.get('/api/v1/feed')).statusCode).toBe(401);
    expect((await browser.session()).user).toBeNull();
  });

  it('rests from its last request, not from its login', async () => {
    const browser = new Browser();
    await browser.logIn();
    await database.query(`UPDATE sessions SET last_seen_at = now() - interval '29 minutes'`);
    expect((await browser.get('/api/v1/feed')).statusCode).toBe(200);
    const [row] = await database.query<{ rest: number }>(
      'SELECT min(extract(epoch FROM now() - last_seen_at))::float8 AS rest FROM sessions WHERE expires_at > now()',
    );
    expect(row?.rest).toBeLessThan(60);
  });

  it('is not in the database as the cookie has it', async () => {
    const browser = new Browser();
    await browser.logIn();
    const rows = await database.query('SELECT * FROM sessions');
    expect(JSON.stringify(rows)).not.toContain(browser.cookie.slice(`${COOKIE}=`.length));
  });
});

describe('what is refused', () => {
  it('a viewer who would work, and a reviewer without child safety in the restricted queue', async () => {
    const viewer = new Browser();
    await viewer.logIn('viewer');
    expect(errorOf(await viewer.post('/api/v1/queues/general/claim'))).toEqual([403, 'forbidden']);
    const reviewer = new Browser();
    await reviewer.logIn('reviewer', { queues: ['general'] });
    expect((await reviewer.post('/api/v1/queues/general/claim')).statusCode).toBe(200);
    expect(errorOf(await reviewer.post('/api/v1/queues/appeals/claim'))).toEqual([403, 'forbidden']);
    expect(errorOf(await reviewer.post('/api/v1/queues/child-safety/claim'))).toEqual([403, 'forbidden']);
    await reviewer.logIn('reviewer', { childSafety: true });
    expect((await reviewer.post('/api/v1/queues/child-safety/claim')).statusCode).toBe(200);
  });

  it('a request without the session’s token, with another’s, or from another site', async () => {
    const browser = new Browser();
    await browser.logIn();
    const other = new Browser();
    await other.logIn();
    const claim = '/api/v1/queues/general/claim';
    expect(errorOf(await browser.post(claim, {}, { 'x-csrf-token': '' }))).toEqual([403, 'bad_csrf_token']);
    expect(errorOf(await browser.post(claim, {}, { 'x-csrf-token': other.token }))).toEqual([
      403,
      'bad_csrf_token',
    ]);
    expect(errorOf(await browser.post(claim, {}, { origin: 'https://evil.example' }))).toEqual([
      403,
      'foreign_origin',
    ]);
    expect((await browser.post(claim, {}, { origin: `http://${HOST}` })).statusCode).toBe(200);
  });

  it('a login without a token, so that nobody is logged in as somebody else', async () => {
    const browser = new Browser();
    await browser.session();
    for (const url of ['/auth/local', '/%61uth/local']) {
      const answer = await browser.post(url, { name: 'x', role: 'admin' }, { 'x-csrf-token': 'x' });
      expect(errorOf(answer)).toEqual([403, 'bad_csrf_token']);
    }
  });

  it.each([
    {},
    { name: '', role: 'viewer' },
    { name: 'x', role: 'root' },
    { name: 'x', role: 'viewer', extra: 1 },
  ])('a login of %j', async (body) => {
    const browser = new Browser();
    await browser.session();
    expect(errorOf(await browser.post('/auth/local', body))).toEqual([400, 'bad_login']);
  });

  it('a foreign host name that points here', async () => {
    expect(errorOf(await new Browser().get('/api/v1/session', { host: 'rebound.example' }))).toEqual([
      403,
      'foreign_origin',
    ]);
  });
});

it('every answer, an error too, carries the security headers', async () => {
  for (const url of ['/api/v1/session', '/api/v1/feed', '/no/such/page']) {
    const { headers } = await new Browser().get(url);
    expect(headers['content-security-policy']).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  }
});

it('who logs in and who reads the audit log stands in it, and viewers do not read it', async () => {
  const viewer = new Browser();
  await viewer.logIn('viewer');
  expect(errorOf(await viewer.get('/api/v1/audit'))).toEqual([403, 'forbidden']);
  const lead = new Browser();
  const { user } = await lead.logIn('lead');
  await lead.get('/api/v1/audit');
  const page = (await lead.get(`/api/v1/audit?actor=${user?.id}&limit=2`)).json<AuditPage>();
  expect(page.entries.map(({ act }) => act)).toEqual(['view_audit', 'login']);
  expect(page.entries[1]).toMatchObject({ actor: user?.id, detail: { login: 'local', role: 'lead' } });
  const older = (await lead.get(`/api/v1/audit?before=${page.next}&limit=1`)).json<AuditPage>();
  expect(older.entries[0]?.n).toBeLessThan(page.next ?? 0);
  expect(errorOf(await lead.get('/api/v1/audit?limit=0'))).toEqual([400, 'bad_request']);
});

it('a lead of one tenant reads what was done to that tenant’s items, and their own acts', async () => {
  const add = (subject: string) =>
    database.transaction((sql) =>
      appendAudit(sql, { actor: 'person-x', act: 'view_item', subject, detail: {} }),
    );
  for (const subject of ['acme/1', 'other/1', 'acme2/1', 'queue/general']) await add(subject);
  const lead = new Browser();
  await lead.logIn('lead', { name: 'Of one tenant', tenants: ['acme'] });
  const page = (await lead.get('/api/v1/audit')).json<AuditPage>();
  expect(page.entries.map(({ act, subject }) => `${act} ${subject}`)).toEqual(['login ', 'view_item acme/1']);
});
