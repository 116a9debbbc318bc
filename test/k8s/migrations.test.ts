import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Postgres, startPostgres } from '@tercet/harness';
import { silentLogger } from '@tercet/kit';
import { freePort } from '@tercet/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMigrations } from '../../services/dashboard/src/database/migrations.js';
import { openPostgres } from '../../services/dashboard/src/database/pg-database.js';
import { environmentOf, type Manifest, workloads } from './render/manifest.js';
import { K8S, render } from './render/render.js';

/** The working directory of the image. */
const DASHBOARD = fileURLToPath(new URL('../../services/dashboard', import.meta.url));
const TIMEOUT_MS = 240_000;

let postgres: Postgres;
let prod: Manifest[];
beforeAll(async () => {
  postgres = await startPostgres();
  prod = await render(`${K8S}/overlays/prod`);
}, TIMEOUT_MS);
afterAll(() => postgres?.[Symbol.asyncDispose]());

interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

interface Ended {
  /** null: it was stopped when it had logged what was waited for. */
  readonly code: number | null;
  readonly log: readonly Line[];
}

/** Runs what a container would until it ends, or logs `until`. */
function run(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  until?: string,
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd: DASHBOARD,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: Line[] = [];
  createInterface(child.stdout).on('line', (line) => {
    const read = JSON.parse(line) as Line;
    log.push(read);
    if (read.event === until) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, log }));
  });
}

/** A workload of prod: its command, and its environment with a database in the place of the secret. */
function containerOf(name: string, url: string) {
  const main = workloads(prod).find((one) => one.name === name)?.main;
  if (!main) throw new Error(`prod has no ${name}`);
  const { NODE_EXTRA_CA_CERTS: _authority, ...env } = Object.fromEntries(
    [...environmentOf(main, prod)].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const given: Readonly<Record<string, string>> = { ...env, DATABASE_URL: url };
  return { command: main.command ?? [], env: given };
}

const migrations = (url: string): Promise<Ended> => {
  const { command, env } = containerOf('migrations', url);
  // Pods do not share their ports.
  return run(command, { ...env, TERCET_HEALTH_PORT: '0' });
};

/** The dashboard of prod until it has taken its database; Kafka is out of its reach. */
async function dashboard(url: string): Promise<Ended> {
  const { TERCET_KAFKA_TLS_CA_FILE: _file, ...env } = containerOf('dashboard', url).env;
  const here = {
    TERCET_KAFKA_BROKERS: '127.0.0.1:1',
    TERCET_KAFKA_TLS: 'false',
    TERCET_KAFKA_SASL_MECHANISM: '',
    TERCET_HEALTH_PORT: String(await freePort()),
  };
  return run(['node', 'dist/main.js'], { ...env, ...here }, 'database ready');
}

it(
  'the job migrates an empty database, twice at once and again; the dashboard of prod refuses it before, and takes it after',
  async () => {
    const url = postgres.createDatabase('job');
    expectRefusal(await dashboard(url), 'schema_behind');

    const both = await Promise.all([migrations(url), migrations(url)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    // Each was applied by one or the other.
    const names = (await readMigrations()).map(({ name }) => name);
    expect(both.flatMap(({ log }) => appliedIn(log)).sort()).toEqual(names);
    const again = await migrations(url);
    expect(again.code).toBe(0);
    expect(appliedIn(again.log)).toEqual([]);

    expect((await dashboard(url)).log.at(-1)).toMatchObject({
      event: 'database ready',
      kind: 'postgres',
      migrations_beyond: 0,
    });
  },
  TIMEOUT_MS,
);

it(
  'a build goes on after migrations of a newer one that add, and neither it nor its job after one that breaks',
  async () => {
    const url = postgres.createDatabase('newer');
    expect((await migrations(url)).code).toBe(0);
    const apply = async (name: string, breaks: boolean): Promise<void> => {
      await using database = await openPostgres(url, silentLogger());
      await database.query("INSERT INTO migrations (name, sha256, breaks_older) VALUES ($1, 'hash', $2)", [
        name,
        breaks,
      ]);
    };
    await apply('9001_adds.sql', false);
    expect((await migrations(url)).code).toBe(0);
    expect((await dashboard(url)).log.at(-1)).toMatchObject({ migrations_beyond: 1 });

    await apply('9002_breaks.sql', true);
    expectRefusal(await dashboard(url), 'schema_ahead');
    expectRefusal(await migrations(url), 'schema_ahead');
  },
  TIMEOUT_MS,
);

function expectRefusal({ code, log }: Ended, why: string): void {
  expect(JSON.stringify(log)).toContain(why);
  expect(code).toBe(78);
}

function appliedIn(log: readonly Line[]): string[] {
  const line = log.find(({ event }) => event === 'migrated');
  return String(line?.['applied'] ?? '')
    .split(' ')
    .filter((name) => name !== '');
}
