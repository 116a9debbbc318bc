import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@tercet/kit';
import type { BareTimes, FromBare } from './bare-messages.js';

/** The bare loop in a process of its own. */
export class BareProcess implements AsyncDisposable {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when the model is open. */
  static async start(moduleUrl: string): Promise<BareProcess> {
    const child = fork(fileURLToPath(new URL('./bare-main.js', import.meta.url)), [moduleUrl], {
      execArgv: [],
    });
    const bare = new BareProcess(child);
    await bare.#next('ready');
    return bare;
  }

  async time(texts: readonly string[]): Promise<BareTimes> {
    this.child.send({ texts });
    return this.#next('timed');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.disconnect();
    await exit;
  }

  async #next<K extends FromBare['kind']>(kind: K): Promise<Extract<FromBare, { kind: K }>> {
    const ended = new AbortController();
    const { signal } = ended;
    const exit = once(this.child, 'exit', { signal }).then(() => {
      throw new UnavailableError('inference_unavailable', 'the bare loop ended');
    });
    exit.catch(() => undefined);
    const message = once(this.child, 'message', { signal });
    const [next] = (await Promise.race([message, exit])) as [FromBare];
    ended.abort();
    if (next.kind !== kind) throw new UnavailableError('inference_unavailable', `${next.kind}, not ${kind}`);
    return next as Extract<FromBare, { kind: K }>;
  }
}
