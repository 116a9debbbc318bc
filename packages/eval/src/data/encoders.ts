import type { Env } from '@tercet/kit';
import { type EncoderPool, openEncoderPool } from './encoder-pool.js';
import type { FindEncoder } from './pipeline.js';
import type { Progress } from './progress.js';

/** Encoders and derivers, each started when a part first needs it. */
export class Encoders implements AsyncDisposable {
  readonly #pools = new Map<string, Promise<EncoderPool>>();

  constructor(
    private readonly processes: number,
    private readonly env: Env,
    private readonly progress: Progress,
  ) {}

  readonly find: FindEncoder = (kind) => {
    const known = this.#pools.get(kind);
    if (known) return known;
    this.progress.say(`starting ${this.processes} processes for ${kind}`);
    const pool = openEncoderPool(kind, this.processes, this.env);
    this.#pools.set(kind, pool);
    return pool;
  };

  /** Names with versions of the models that ran, and of the optional ones that are not installed; sorted. */
  async models(): Promise<{ readonly ran: string[]; readonly absent: string[] }> {
    const pools = await Promise.all(this.#pools.values());
    const ran = pools.flatMap(({ models }) => models.map(({ name, version }) => `${name} ${version}`));
    return {
      ran: [...new Set(ran)].sort(),
      absent: [...new Set(pools.flatMap(({ absent }) => absent))].sort(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#pools.values());
    await Promise.all(
      opened.map((pool) => (pool.status === 'fulfilled' ? pool.value[Symbol.asyncDispose]() : undefined)),
    );
  }
}
