import { Worker } from 'node:worker_threads';
import { UnavailableError } from '@tercet/kit';
import type { RunOptions, Tensors } from '../modality.js';
import { errorOf } from './failure.js';
import type { FromSessions, ToSessions } from './session-messages.js';
import type { Ran, SessionOptions } from './session-set.js';

interface Pending {
  readonly resolve: (ran: Ran) => void;
  readonly reject: (error: Error) => void;
}

/** Client of the worker thread that holds the sessions. Runs are done one after another, in order of their calls. */
export class Sessions {
  readonly #worker = new Worker(new URL('./session-thread.js', import.meta.url), { execArgv: [], env: {} });
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  /** @param onDeath called when the thread ends, which it never does by itself. */
  constructor(onDeath: (error: Error) => void) {
    this.#worker.on('message', (message: FromSessions) => this.#settle(message));
    const died = (error: Error): void => {
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
      onDeath(error);
    };
    this.#worker.on('error', died);
    this.#worker.on('exit', (code) => {
      died(new UnavailableError('inference_unavailable', `the session thread ended with ${code}`));
    });
  }

  /** Opens a session under a slot name. `graph` is moved to the thread and empty afterwards. */
  async open(options: SessionOptions): Promise<void> {
    const { graph } = options;
    const whole = graph.byteOffset === 0 && graph.byteLength === graph.buffer.byteLength;
    const moved = whole ? graph : new Uint8Array(graph);
    await this.#call((id) => ({ ...options, graph: moved, kind: 'open', id }), [moved.buffer as ArrayBuffer]);
  }

  /** Inputs are copied, so that a modality may keep a tensor between runs, or moved where it gives them away. */
  run(slot: string, inputs: Tensors, { giveAway = false }: RunOptions = {}): Promise<Ran> {
    const moved = giveAway
      ? new Set(Object.values(inputs).map(({ data }) => data.buffer as ArrayBuffer))
      : [];
    return this.#call((id) => ({ kind: 'run', id, slot, inputs }), [...moved]);
  }

  #call(request: (id: number) => ToSessions, moved: ArrayBuffer[]): Promise<Ran> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage(request(id), moved);
    });
  }

  #settle(message: FromSessions): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('failure' in message) pending?.reject(errorOf(message.failure));
    else pending?.resolve(message);
  }
}
