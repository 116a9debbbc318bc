import { silentLogger } from '@tercet/kit';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CLIENT, type Person, type RealProvider, startRealProvider } from '../../fixtures/real-provider.js';
import type { LogoutAnswer, SessionView } from '../api/session.js';
import type { Database } from '../database/database.js';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.js';
import { readAccessConfig } from './config.js';
import { needs } from './needs.js';
import { registerAccess } from './register-access.js';

const ORIGIN = 'http://127.0.0.1:8080';
const REDIRECT = `${ORIGIN}/auth/callback`;
const ADA: Person = { name: 'Ada', groups: ['mods'], tenants: ['acme'] };

let scratch: ScratchDatabase;
let database: Database;
let app: FastifyInstance;
let provider: RealProvider;

beforeAll(async () => {
  scratch = await openScratchDatabase();
  database = scratch.database;
}, 120_000);
afterAll(async () => {
  await scratch?.[Symbol.asyncDispose]();
});

async function serve(options: { accessTokenSeconds?: number; refreshTokens?: boolean } = {}): Promise<void> {
  provider = await startRealProvider({
    redirectUri: REDIRECT,
    accessTokenSeconds: options.accessTokenSeconds ?? 3600,
    refreshTokens: options.refreshTokens ?? true,
  });
  provider.people.set('ada', structuredClone(ADA));
  provider.next = 'ada';
  app = Fastify();
  const config = readAccessConfig({
    TERCET_OIDC_ISSUER: provider.issuer,
    TERCET_OIDC_CLIENT_ID: CLIENT.id,
    TERCET_OIDC_CLIENT_SECRET: CLIENT.secret,
    TERCET_OIDC_ROLES: 'watchers=viewer,mods=reviewer,mod-leads=lead,protectors=child_safety',
    TERCET_OIDC_TENANTS_CLAIM: 'tenants',
    TERCET_OIDC_TIMEOUT_SECONDS: '5',
  });
  await registerAccess(app, { database, config, logger: silentLogger() });
  app.get('/api/v1/feed', { preHandler: needs({ kind: 'view' }) }, async (request) => request.principal);
}
beforeEach(() => serve());
afterEach(async () => {
  await app.close();
  await provider[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  json<T>(): T;
}

/** A browser with a cookie jar per origin; the dashboard is asked in this process, the provider over the network. */
class Browser {
  readonly jars = new Map<string, Map<string, string>>();

  async get(url: string): Promise<Answer> {
    const { origin, pathname, search } = new URL(url, ORIGIN);
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    if (origin === ORIGIN) {
      const answer = await app.inject({
        url: pathname + search,
        headers: { host: '127.0.0.1:8080', cookie },
      });
      for (const { name, value } of answer.cookies) keep(jar, name, value);
      return { status: answer.statusCode, location: answer.headers.location, json: () => answer.json() };
    }
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    const body = await answer.text();
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      keep(jar, pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = answer.headers.get('location') ?? undefined;
    return { status: answer.status, location, json: () => JSON.parse(body) };
  }

  /** Follows redirects until `stop` or a page; returns where it ended. */
  async follow(url: string, stop = (_: string) => false): Promise<string> {
    let at = new URL(url, ORIGIN).href;
    for (let hops = 0; hops < 12 && !stop(at); hops += 1) {
      const { location } = await this.get(at);
      if (location === undefined) return at;
      at = new URL(location, at).href;
    }
    return at;
  }

  logIn(): Promise<string> {
    return this.follow('/auth/login?return=%2Fqueues%3Fa%3D1');
  }

  async csrfToken(): Promise<string> {
    return (await this.get('/api/v1/session')).json<SessionView>().csrfToken;
  }

  /** POST /auth/logout; where the page is to go next. */
  async logOut(token?: string): Promise<string | null> {
    const csrfToken = token ?? (await this.csrfToken());
    const jar = [...(this.jars.get(ORIGIN) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await app.inject({
      method: 'POST',
      url: '/auth/logout',
      headers: { host: '127.0.0.1:8080', cookie: jar, 'x-csrf-token': csrfToken },
    });
    expect(answer.statusCode).toBe(200);
    for (const { name, value } of answer.cookies) keep(this.jars.get(ORIGIN) ?? new Map(), name, value);
    return answer.json<LogoutAnswer>().next;
  }

  async who(): Promise<SessionView['user']> {
    return (await this.get('/api/v1/session')).json<SessionView>().user;
  }

  async feed(): Promise<number> {
    return (await this.get('/api/v1/feed')).status;
  }
}

function keep(jar: Map<string, string>, name: string, value: string): void {
  if (value === '') jar.delete(name);
  else jar.set(name, value);
}

/** As if the time had come to ask the provider again. */
const letRefreshBeDue = () => database.query(`UPDATE sessions SET refresh_at = now() - interval '1 second'`);
const acts = async () =>
  (await database.query<{ act: string }>('SELECT act FROM audit_log ORDER BY n')).map(({ act }) => act);

describe('a login at the provider', () => {
  it('gives the role, the tenants and the pseudonym of the claims, and returns to the page', async () => {
    const browser = new Browser();
    expect(await browser.feed()).toBe(401);
    expect(await browser.logIn()).toBe(`${ORIGIN}/queues?a=1`);
    expect(await browser.who()).toEqual({
      id: expect.stringMatching(/^person-[0-9a-f]{16}$/),
      name: 'Ada',
      role: 'reviewer',
      childSafety: false,
      queues: 'all',
      tenants: ['acme'],
    });
    expect(await browser.feed()).toBe(200);
  });

  it('keeps neither the refresh token nor the session’s id readable in the database', async () => {
    await new Browser().logIn();
    const [row] = await database.query<{ sealed_tokens: string }>(
      'SELECT sealed_tokens FROM sessions ORDER BY created_at DESC LIMIT 1',
    );
    expect(row?.sealed_tokens).toMatch(/^[A-Za-z0-9_-]{60,}$/);
    expect(Buffer.from(row?.sealed_tokens ?? '', 'base64url').toString('latin1')).not.toContain(
      'refreshToken',
    );
  });

  it('refuses who has no role here, and says so in the audit log', async () => {
    provider.people.set('ada', { ...ADA, groups: ['cooks'] });
    const browser = new Browser();
    expect(await browser.logIn()).toBe(`${ORIGIN}/login?error=forbidden`);
    expect(await browser.who()).toBeNull();
    expect((await acts()).at(-1)).toBe('login_refused');
  });

  it.each([
    ['another client’s audience', { claims: { aud: 'another-client' } }],
    ['another issuer', { claims: { iss: 'https://other.example' } }],
    ['another login’s nonce', { claims: { nonce: 'replayed' } }],
    ['an end in the past', { claims: { exp: 1_000_000_000 } }],
    ['a signature that is not the provider’s', { claims: {}, strangeKey: true }],
  ])('refuses an ID token with %s', async (_, tamper) => {
    provider.tamper = tamper;
    const browser = new Browser();
    expect(await browser.logIn()).toBe(`${ORIGIN}/login?error=login_failed`);
    expect(await browser.feed()).toBe(401);
    provider.tamper = undefined;
    expect(await browser.logIn()).toBe(`${ORIGIN}/queues?a=1`);
  });

  it('refuses a callback that another browser began, a changed state, and one used twice', async () => {
    const [mine, other] = [new Browser(), new Browser()];
    const toCallback = (browser: Browser) => browser.follow('/auth/login', (at) => at.startsWith(REDIRECT));
    const callback = await toCallback(mine);
    await toCallback(other);
    expect((await other.get(callback)).location).toBe('/login?error=login_failed');
    const changed = new URL(callback);
    changed.searchParams.set('state', 'x'.repeat(43));
    const third = new Browser();
    await toCallback(third);
    expect((await third.get(changed.href)).location).toBe('/login?error=login_failed');
    expect((await mine.get(callback)).location).toBe('/');
    expect((await mine.get(callback)).location).toBe('/login?error=login_failed');
  });

  it('has no local login beside it', async () => {
    const browser = new Browser();
    await browser.get('/api/v1/session');
    const jar = [...(browser.jars.get(ORIGIN) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    const { csrfToken } = (await browser.get('/api/v1/session')).json<SessionView>();
    const answer = await app.inject({
      method: 'POST',
      url: '/auth/local',
      headers: { host: '127.0.0.1:8080', cookie: jar, 'x-csrf-token': csrfToken },
      payload: { name: 'x', role: 'admin' },
    });
    expect(answer.statusCode).toBe(404);
  });

  it('is not to be had while the provider is down, and works once it is up', async () => {
    provider.down = true;
    const browser = new Browser();
    expect(await browser.logIn()).toBe(`${ORIGIN}/login?error=login_unavailable`);
    provider.down = false;
    expect(await browser.logIn()).toBe(`${ORIGIN}/queues?a=1`);
  });
});

describe('a logout', () => {
  it('leads to the provider, which is told whose session to end and where to go on', async () => {
    const browser = new Browser();
    await browser.logIn();
    const next = new URL((await browser.logOut()) ?? '');
    expect(next.origin + next.pathname).toBe(`${provider.issuer}/session/end`);
    expect(next.searchParams.get('post_logout_redirect_uri')).toBe(`${ORIGIN}/`);
    const [, claims = ''] = next.searchParams.get('id_token_hint')?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: 'ada' });
    expect((await browser.get(next.href)).status).toBe(200);
    expect(await browser.feed()).toBe(401);
  });

  it('knows whose session it is after a refresh as well', async () => {
    const browser = new Browser();
    await browser.logIn();
    await letRefreshBeDue();
    expect(await browser.feed()).toBe(200);
    expect(new URL((await browser.logOut()) ?? '').searchParams.get('id_token_hint')).toBeTruthy();
  });

  it('ends the session here while the provider is down', async () => {
    const browser = new Browser();
    await browser.logIn();
    const [cookies, token] = [new Map(browser.jars.get(ORIGIN)), await browser.csrfToken()];
    await letRefreshBeDue();
    provider.down = true;
    await browser.logOut(token);
    browser.jars.set(ORIGIN, cookies);
    expect(await browser.feed()).toBe(401);
  });
});

describe('rights that change at the provider', () => {
  it('end the session at the next refresh where the role is revoked', async () => {
    const browser = new Browser();
    await browser.logIn();
    provider.people.set('ada', { ...ADA, groups: [] });
    await letRefreshBeDue();
    expect(await browser.feed()).toBe(401);
    expect(await browser.who()).toBeNull();
    expect((await acts()).at(-1)).toBe('session_ended');
  });

  it('are the new ones after the next refresh', async () => {
    const browser = new Browser();
    await browser.logIn();
    provider.people.set('ada', { ...ADA, groups: ['mod-leads', 'watchers', 'protectors'], tenants: ['*'] });
    expect(await browser.who()).toMatchObject({ role: 'reviewer' });
    await letRefreshBeDue();
    expect(await browser.who()).toMatchObject({ role: 'lead', childSafety: true, tenants: 'all' });
    expect((await acts()).at(-1)).toBe('role_changed');
    await letRefreshBeDue();
    expect(await browser.feed()).toBe(200);
  });

  it('are asked for once, however many requests come at that time', async () => {
    const browser = new Browser();
    await browser.logIn();
    await letRefreshBeDue();
    // A second use of a rotated refresh token would make the provider end the grant.
    expect(await Promise.all(Array.from({ length: 8 }, () => browser.feed()))).toEqual(Array(8).fill(200));
    await letRefreshBeDue();
    expect(await browser.feed()).toBe(200);
  });

  it('end the session of a person who is gone', async () => {
    const browser = new Browser();
    await browser.logIn();
    provider.people.delete('ada');
    await letRefreshBeDue();
    expect(await browser.feed()).toBe(401);
  });

  it('let nobody in on old rights while the provider is down, and end nothing', async () => {
    const browser = new Browser();
    await browser.logIn();
    await letRefreshBeDue();
    provider.down = true;
    expect(await browser.feed()).toBe(503);
    provider.down = false;
    expect(await browser.feed()).toBe(200);
  });
});

it('a session ends with its token where the provider gives no refresh token', async () => {
  await app.close();
  await provider[Symbol.asyncDispose]();
  await serve({ accessTokenSeconds: 3, refreshTokens: false });
  const browser = new Browser();
  await browser.logIn();
  expect(await browser.feed()).toBe(200);
  await vi.waitFor(async () => expect(await browser.feed()).toBe(401), { timeout: 20_000, interval: 200 });
});
