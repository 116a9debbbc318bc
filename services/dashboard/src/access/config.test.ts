import { ConfigError, type Env } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { isLoopback, readAccessConfig } from './config.js';

const OIDC = { TERCET_OIDC_ISSUER: 'https://login.example', TERCET_OIDC_CLIENT_ID: 'dashboard' };

describe('the local login', () => {
  it('is on where it is asked for, on loopback', () => {
    expect(readAccessConfig({ TERCET_DASHBOARD_LOGIN: 'local' }).oidc).toBeUndefined();
    expect(
      readAccessConfig({ TERCET_DASHBOARD_LOGIN: 'local', TERCET_DASHBOARD_HOST: '::1', NODE_ENV: 'test' })
        .oidc,
    ).toBeUndefined();
  });

  it.each<[string, Env, RegExp]>([
    ['in production', { NODE_ENV: 'production' }, /NODE_ENV/],
    ['beside a provider', OIDC, /TERCET_OIDC_ISSUER/],
    ['on every interface', { TERCET_DASHBOARD_HOST: '0.0.0.0' }, /TERCET_DASHBOARD_HOST/],
    [
      'on a name that is not loopback',
      { TERCET_DASHBOARD_HOST: '127.0.0.1.example' },
      /TERCET_DASHBOARD_HOST/,
    ],
    [
      'under a public address',
      { TERCET_DASHBOARD_PUBLIC_URL: 'https://mods.example' },
      /TERCET_DASHBOARD_PUBLIC_URL/,
    ],
  ])('cannot be on %s', (_, env, message) => {
    const read = () => readAccessConfig({ TERCET_DASHBOARD_LOGIN: 'local', ...env });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(message);
  });

  it('is never on by default', () => {
    expect(() => readAccessConfig({})).toThrow(/TERCET_OIDC_ISSUER is not set/);
  });
});

describe('the provider', () => {
  it('is taken with https, or on loopback', () => {
    const env = { ...OIDC, TERCET_DASHBOARD_PUBLIC_URL: 'https://mods.example' };
    expect(readAccessConfig(env).oidc?.issuer).toBe('https://login.example');
    expect(readAccessConfig({ ...env, TERCET_OIDC_ISSUER: 'http://127.0.0.1:9000' }).oidc).toBeDefined();
  });

  it.each<[string, Env, RegExp]>([
    ['an open address', { TERCET_OIDC_ISSUER: 'http://login.example' }, /TERCET_OIDC_ISSUER wants https/],
    [
      'an open public address',
      { TERCET_DASHBOARD_PUBLIC_URL: 'http://mods.example' },
      /PUBLIC_URL wants https/,
    ],
    ['no client', { TERCET_OIDC_CLIENT_ID: '' }, /TERCET_OIDC_CLIENT_ID is not set/],
    ['no public address beyond loopback', { TERCET_DASHBOARD_HOST: '0.0.0.0' }, /PUBLIC_URL is not set/],
    ['an unknown role', { TERCET_OIDC_ROLES: 'mods=root' }, /TERCET_OIDC_ROLES/],
    ['half a role', { TERCET_OIDC_ROLES: '=admin' }, /TERCET_OIDC_ROLES/],
  ])('is refused with %s', (_, env, message) => {
    expect(() => readAccessConfig({ ...OIDC, ...env })).toThrow(message);
  });
});

it.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['10.0.0.1', false],
  ['localhost.example', false],
])('%s is loopback: %s', (host, answer) => {
  expect(isLoopback(host)).toBe(answer);
});
