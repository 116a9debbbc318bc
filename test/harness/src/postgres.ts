import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort, waitFor } from '@tercet/local';

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const DEBIAN = '/usr/lib/postgresql';

/** A PostgreSQL cluster of its own, on loopback, gone after `stop`. */
export interface Postgres extends AsyncDisposable {
  /** `postgres://...` of the database `postgres`. */
  readonly url: string;
  /** Makes an empty database and gives its address. */
  createDatabase(name: string): string;
}

/**
 * Starts a private PostgreSQL server, Debian's, in a folder of its own. The server refuses to run as root; there it runs
 * as the user `postgres`, which its package brings.
 * @param settings of postgresql.conf, over ones that suit a test: durable commits are left as they are.
 */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<Postgres> {
  const bin = programs();
  const folder = mkdtempSync(join(tmpdir(), 'tercet-postgres-'));
  const owner = serverUser();
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const options = { ...owner, cwd: folder, encoding: 'utf8' as const };
  const made = spawnSync(
    join(bin, 'initdb'),
    [
      '--pgdata',
      data,
      '--username',
      'postgres',
      '--auth',
      'trust',
      '--encoding',
      'UTF8',
      '--locale',
      'C.UTF-8',
    ],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || String(made.error)}`);
  const port = await freePort();
  const given = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: folder,
    ...settings,
  };
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (piece: string) => {
    log = `${log}${piece}`.slice(-4_000);
  });
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const psql = (sql: string): void => {
    const asked = spawnSync(
      join(bin, 'psql'),
      [
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-U',
        'postgres',
        '-v',
        'ON_ERROR_STOP=1',
        '-c',
        sql,
        'postgres',
      ],
      options,
    );
    if (asked.status !== 0) throw new Error(`psql: ${asked.stderr || String(asked.error)}`);
  };
  const isReady = (): boolean =>
    spawnSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], options).status === 0;
  await waitFor('PostgreSQL is ready', isReady, { timeoutMs: READY_TIMEOUT_MS, explain: () => log });
  const address = (name: string): string => `postgres://postgres@127.0.0.1:${port}/${name}`;
  return {
    url: address('postgres'),
    createDatabase(name) {
      psql(`CREATE DATABASE "${name}"`);
      return address(name);
    },
    async [Symbol.asyncDispose]() {
      // A fast shutdown: clients are cut off.
      server.kill('SIGINT');
      const late = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(late);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function programs(): string {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .find((folder) => existsSync(join(folder, 'psql')));
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, 'bin'))
    : [];
  const found = [...debian, ...(onPath ? [onPath] : [])].find((folder) => existsSync(join(folder, 'initdb')));
  if (!found) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return found;
}

function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
