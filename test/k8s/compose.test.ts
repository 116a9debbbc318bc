import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAsService } from './rules/code.js';

interface ComposeService {
  /** Another program of the image than its service. */
  readonly entrypoint?: readonly string[];
  readonly build?: { readonly args?: Readonly<Record<string, string>> };
  readonly environment?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly network_mode?: string;
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
  Object.entries(services).flatMap(([name, { build, entrypoint, environment }]) => {
    const service = build?.args?.['SERVICE'];
    return service === undefined || entrypoint ? [] : [[name, service, environment ?? {}] as const];
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

it('compose.yaml migrates the very database that a dashboard then opens, before it starts', () => {
  const pairs = Object.entries(services).filter(([name]) => name.startsWith('dashboard'));
  expect(pairs.map(([name]) => name)).toEqual(['dashboard', 'dashboard-oidc']);
  for (const [name, dashboard] of pairs) {
    const job = services[name.replace('dashboard', 'migrations')];
    expect(dashboard.depends_on?.[name.replace('dashboard', 'migrations')]).toEqual({
      condition: 'service_completed_successfully',
    });
    expect(job?.image).toBe(dashboard.image);
    for (const variable of ['DATABASE_URL', 'TERCET_DASHBOARD_DATA_DIR']) {
      expect(job?.environment?.[variable], variable).toBeDefined();
      expect(dashboard.environment?.[variable], variable).toBe(job?.environment?.[variable]);
    }
    expect(dashboard.volumes).toEqual(expect.arrayContaining([...(job?.volumes ?? [''])]));
    expect(job?.profiles).toEqual(dashboard.profiles);
    expect(job?.network_mode).toBe(dashboard.network_mode);
  }
});
