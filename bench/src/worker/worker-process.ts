import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@tercet/kit';
import type { FromWorker } from './serve-worker.js';

/** A part of the bench in a process of its own, so that its processor time and its pauses are its own. */
export class WorkerProcess<Request, Answer> implements AsyncDisposable {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when the worker can be asked. `entry` is a file URL. */
  static async start<Request, Answer>(
    entry: URL,
    args: readonly string[] = [],
  ): Promise<WorkerProcess<Request, Answer>> {
    const child = fork(fileURLToPath(entry), [...args], { execArgv: [], serialization: 'advanced' });
    const worker = new WorkerProcess<Request, Answer>(child);
    await worker.#next();
    return worker;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** One request at a time. @throws UnavailableError where the worker fails or ends. */
  async ask(request: Request): Promise<Answer> {
    this.child.send(request as object);
    const message = await this.#next();
    if (message.kind === 'answer') return message.answer;
    throw new UnavailableError(
      'inference_unavailable',
      message.kind === 'failed' ? message.detail : message.kind,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.disconnect();
    await exit;
  }

  async #next(): Promise<FromWorker<Answer>> {
    const ended = new AbortController();
    const { signal } = ended;
    const exit = once(this.child, 'exit', { signal }).then(() => {
      throw new UnavailableError('inference_unavailable', 'a process of the bench ended');
    });
    exit.catch(() => undefined);
    const message = once(this.child, 'message', { signal });
    const [next] = (await Promise.race([message, exit])) as [FromWorker<Answer>];
    ended.abort();
    return next;
  }
}
