import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { securityHeaders } from './security-headers.js';
import { sessionCookie } from './session-cookie.js';
import { newSessionId } from './session-id.js';

/** The cookies that an answer sets. */
async function setBy(https: boolean): Promise<readonly string[]> {
  const app = Fastify();
  await app.register(cookie);
  const cookies = sessionCookie(https);
  app.get('/', async (_, reply) => {
    cookies.write(reply, newSessionId());
    cookies.writeLogin(reply, 'sealed');
    return {};
  });
  const { headers } = await app.inject({ url: '/' });
  await app.close();
  return [headers['set-cookie'] ?? []].flat();
}

it('over https, cookies are bound to this host, https and the path /, and no script reads them', async () => {
  const [session, login] = await setBy(true);
  expect(session).toMatch(/^__Host-tercet=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  expect(login).toMatch(/^__Host-tercet-login=sealed; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});

it('over http on loopback, they have another name, and are not Secure', async () => {
  const [session] = await setBy(false);
  expect(session).toMatch(/^tercet-development=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
});

it('a browser that came by https is told to stay there', () => {
  expect(securityHeaders(true)['strict-transport-security']).toMatch(/^max-age=\d{7,}/);
  expect(securityHeaders(false)['strict-transport-security']).toBeUndefined();
});
