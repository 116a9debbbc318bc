import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableError } from '@tercet/kit';
import { ask } from './ask.js';
import { startChild } from './child.js';
import { freePort } from './free-port.js';
import { waitUntilReady } from './wait-until-ready.js';

export interface RedisOptions {
  /** Made where absent. */
  readonly dataDir: string;
  /** Default: `redis.log` in the data folder. */
  readonly logFile?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** As Redis writes it: `256mb`. Default: no limit. */
  readonly maxmemory?: string;
  /** Append-only file, synced every second. Default false: a kill loses everything that no SAVE wrote. */
  readonly appendonly?: boolean;
}

/** One redis-server on loopback alone, evicting nothing, as a process that dies with this one. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** SIGTERM: writes what is configured to be written. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Stops if need be, starts on the same port and folder, and waits until it has loaded its data. */
  restart(): Promise<void>;
  pause(): void;
  resume(): void;
}

const READY_TIMEOUT_MS = 20_000;
const STOP_GRACE_MS = 10_000;

/** @throws UnavailableError `redis_unavailable` where the server does not come up. */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const port = options.port ?? (await freePort());
  await mkdir(options.dataDir, { recursive: true });
  const settings: Record<string, string> = {
    port: String(port),
    bind: '127.0.0.1',
    dir: options.dataDir,
    daemonize: 'no',
    // No snapshots of its own accord: only a SAVE writes one, and a start loads it.
    save: '',
    appendonly: options.appendonly ? 'yes' : 'no',
    appendfsync: 'everysec',
    maxmemory: options.maxmemory ?? '0',
    // Join state must never be evicted.
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const start = async () => {
    const child = await startChild(
      'redis-server',
      args,
      options.logFile ?? join(options.dataDir, 'redis.log'),
    ).catch((cause: unknown) => {
      throw new UnavailableError('redis_unavailable', 'redis-server cannot be run; install Redis 7', {
        cause,
      });
    });
    await waitUntilReady('Redis', child, () => answersPing(port), READY_TIMEOUT_MS);
    return child;
  };
  let child = await start();
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}/0`,
    port,
    get pid() {
      return child.pid;
    },
    stop: () => child.end('SIGTERM', STOP_GRACE_MS),
    kill: () => child.end('SIGKILL', STOP_GRACE_MS),
    restart: async () => {
      await child.end('SIGTERM', STOP_GRACE_MS);
      child = await start();
    },
    pause: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    [Symbol.asyncDispose]: () => server.stop(),
  };
  return server;
}

async function answersPing(port: number): Promise<boolean> {
  const answer = await ask(port, Buffer.from('PING\r\n'), (bytes) => bytes.includes('\r\n'), 1_000);
  return answer?.toString('latin1') === '+PONG\r\n';
}
