import { expect, it } from 'vitest';
import { ownPath } from './oidc-login.js';

it.each([
  ['/queues?x=1', '/queues?x=1'],
  [undefined, '/'],
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example/', '/'],
  ['/%2F/evil', '/%2F/evil'],
  ['/a/..//evil.example', '/'],
  ['javascript:alert(1)', '/'],
])('after a login %j leads to %j', (given, path) => {
  expect(ownPath(given)).toBe(path);
});

it('a return path of more than a thousand characters leads to /', () => {
  expect(ownPath(`/${'x'.repeat(1000)}`)).toBe('/');
});
