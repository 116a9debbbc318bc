import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BugError } from '@tercet/kit';
import { Redis } from 'ioredis';

/** A redis-server of one's own on a socket in a temporary folder, without persistence unless `SAVE` is called. */
export class RedisProcess {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly options: readonly string[],
  ) {}

  static async start(...options: string[]): Promise<RedisProcess> {
    const server = new RedisProcess(await mkdtemp(join(tmpdir(), 'tercet-redis-')), options);
    await server.restart();
    return server;
  }

  get socket(): string {
    return join(this.folder, 'redis.sock');
  }

  client(): Redis {
    const redis = new Redis(this.socket, {
      autoResendUnfulfilledCommands: false,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 5_000,
      retryStrategy: () => 20,
    });
    redis.on('error', () => undefined);
    return redis;
  }

  /** Starts it, with what the last SAVE left; ends a running one first without a word. */
  async restart(): Promise<void> {
    await this.kill();
    const args = ['--port', '0', '--unixsocket', this.socket, '--dir', this.folder, '--save', ''];
    this.#process = spawn('redis-server', [...args, ...this.options], { stdio: 'ignore' });
    const probe = new Redis(this.socket, { lazyConnect: true, retryStrategy: () => null });
    probe.on('error', () => undefined);
    for (let attempt = 0; attempt < 400; attempt += 1) {
      try {
        await probe.connect();
        await probe.ping();
        probe.disconnect();
        return;
      } catch {
        // Not listening yet.
        await delay(25);
      }
    }
    throw new BugError('redis-server did not start');
  }

  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
