import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAsService } from './rules/code.js';

interface ComposeService {
  readonly build?: { readonly args?: Readonly<Record<string, string>> };
  readonly environment?: Readonly<Record<string, string>>;
}

const source = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const { services } = parse(source('deploy/compose.yaml'), { merge: true }) as {
  services: Record<string, ComposeService>;
};
/** What the image of a service sets for it. */
const IMAGE = Object.fromEntries(
  [...source('deploy/Dockerfile').matchAll(/(?:^ENV|^ {4}) ?([A-Z_]+)=(\S+)/gm)].map(([, name, value]) => [
    name,
    value,
  ]),
);
/** What compose is given for the profile `oidc`. */
const GIVEN: Readonly<Record<string, string>> = {
  TERCET_OIDC_ISSUER: 'https://login.example.com',
  TERCET_OIDC_CLIENT_ID: 'tercet',
  TERCET_OIDC_CLIENT_SECRET: 'a secret of the client',
  TERCET_OIDC_ROLES: 'moderators=reviewer',
  TERCET_AUDIT_ANCHOR_KEY: 'a key of at least 32 characters here',
};

it.each(
  Object.entries(services).flatMap(([name, { build, environment }]) => {
    const service = build?.args?.['SERVICE'];
    return service === undefined ? [] : [[name, service, environment ?? {}] as const];
  }),
)('%s of compose.yaml takes its environment, and reads all of it', (_, service, environment) => {
  const env = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{(\w+):-([^}]*)\}/g, (__, key: string, other: string) => GIVEN[key] ?? other),
    ]),
  );
  expect(IMAGE['NODE_ENV']).toBe('production');
  const { TERCET_EXECUTION_PROVIDER: _cuda, ...image } = IMAGE;
  const asked = readAsService(service, { PATH: process.env['PATH'], ...image, ...env });
  // Compose gives all services the same addresses.
  const shared = new Set(['TERCET_REDIS_URL', 'TERCET_CONTENT_STORE']);
  const unread = Object.keys(env).filter((name) => name.startsWith('TERCET_') && !shared.has(name));
  expect(unread.filter((name) => !asked.has(name))).toEqual([]);
});
