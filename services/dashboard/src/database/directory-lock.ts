import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UnavailableError } from '@tercet/kit';

/** The longest path of a Unix socket on every system that Node runs on. */
const MAX_SOCKET_PATH = 100;
const ATTEMPTS = 3;

/**
 * Holds a folder for this process: by a socket, whose holder the kernel knows, so that a process that was killed leaves
 * nothing that must be cleared by hand, and a process id that came round again misleads nobody.
 * @throws UnavailableError `database_unavailable` where another process holds it.
 */
export async function holdDirectory(folder: string): Promise<AsyncDisposable> {
  const path = socketPath(resolve(folder));
  const token = randomUUID();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const server = await listen(path, token);
    // Two that found the same dead socket may both have replaced it; the one that answers there is the holder.
    if (server && (await answerAt(path)) === token) return release(server);
    if (server) await close(server);
    else if ((await answerAt(path)) !== undefined) break;
    else await rm(path, { force: true });
  }
  throw new UnavailableError(
    'database_unavailable',
    `another process uses the database in ${folder}; PGlite is for one process, use PostgreSQL (DATABASE_URL) for several`,
  );
}

function socketPath(folder: string): string {
  const inside = join(folder, 'held.sock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH) return inside;
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(tmpdir(), `tercet-dashboard-${digest}.sock`);
}

/** Undefined where the path is taken. */
function listen(path: string, token: string): Promise<Server | undefined> {
  return new Promise((done, failed) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(token);
    });
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? done(undefined) : failed(error),
    );
    server.listen(path, () => {
      // The lock alone keeps no process running.
      server.unref();
      done(server);
    });
  });
}

/** What the holder says; undefined where nobody listens. */
function answerAt(path: string): Promise<string | undefined> {
  return new Promise((done) => {
    let text = '';
    const socket = connect(path);
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      text += piece;
    });
    socket.on('error', () => done(undefined));
    socket.on('end', () => done(text));
  });
}

const close = (server: Server): Promise<void> => new Promise((done) => server.close(() => done()));

/** Node removes the socket's file itself. */
const release = (server: Server): AsyncDisposable => ({ [Symbol.asyncDispose]: () => close(server) });
