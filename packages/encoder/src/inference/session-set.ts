import { BugError } from '@tercet/kit';
import { openSession } from '@tercet/models';
import { type InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor, Tensors } from '../modality.js';

/** Outputs of one run, and how long the model itself took. */
export interface Ran {
  readonly outputs: Tensors;
  readonly runMs: number;
}

/** One session to be opened. */
export interface SessionOptions {
  /** The name that `run` takes. */
  readonly slot: string;
  readonly graph: Uint8Array;
  readonly executionProvider: 'cpu' | 'cuda';
  readonly intraOpThreads: number;
}

/** The sessions of one modality on this thread, which a run blocks. Tensors are handed over without a copy. */
export class SessionSet {
  readonly #sessions = new Map<string, InferenceSession>();
  #last: Promise<unknown> = Promise.resolve();

  async open({ slot, graph, executionProvider, intraOpThreads }: SessionOptions): Promise<void> {
    this.#sessions.set(slot, await openSession(graph, { provider: executionProvider, intraOpThreads }));
  }

  /** One run after another, in order of their calls: a run's time holds no wait for another one. */
  run(slot: string, inputs: Tensors): Promise<Ran> {
    const ran = this.#last.then(() => this.#run(slot, inputs));
    this.#last = ran.catch(() => undefined);
    return ran;
  }

  async #run(slot: string, inputs: Tensors): Promise<Ran> {
    const session = this.#sessions.get(slot);
    if (!session) throw new BugError(`the modality runs ${slot}, which is not among its models`);
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toOrt(tensor)]));
    const startedAt = performance.now();
    const answered = Object.entries(await session.run(feeds));
    const runMs = performance.now() - startedAt;
    return {
      outputs: Object.fromEntries(answered.map(([name, tensor]) => [name, fromOrt(name, tensor)])),
      runMs,
    };
  }
}

function toOrt({ type, data, dims }: Tensor): OrtTensor {
  return new OrtTensor(type, data as Float32Array, dims);
}

function fromOrt(name: string, { type, data, dims }: OrtTensor): Tensor {
  if (type !== 'float32' && type !== 'int64' && type !== 'int32' && type !== 'uint8' && type !== 'bool')
    throw new BugError(`output ${name} is of type ${type}`);
  return { type, data: data as Tensor['data'], dims };
}
