// Entry of the worker thread that holds the sessions: `run()` of ONNX Runtime blocks its thread for the whole
// inference, and the process must go on decoding the next batch meanwhile.
import { parentPort } from 'node:worker_threads';
import { BugError } from '@tercet/kit';
import { openSession } from '@tercet/models';
import { type InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor, Tensors } from '../modality.js';
import { failureOf } from './failure.js';
import type { FromSessions, OpenRequest, RunRequest, ToSessions } from './session-messages.js';

interface Done {
  readonly outputs: Tensors;
  readonly runMs: number;
}

const sessions = new Map<string, InferenceSession>();

parentPort?.on('message', (request: ToSessions) => {
  const work = request.kind === 'open' ? open(request) : run(request);
  work.then(
    (done) => answer({ id: request.id, ...done }),
    (error: unknown) => answer({ id: request.id, failure: failureOf(error) }),
  );
});

async function open({ slot, graph, executionProvider, intraOpThreads }: OpenRequest): Promise<Done> {
  sessions.set(slot, await openSession(graph, { provider: executionProvider, intraOpThreads }));
  return { outputs: {}, runMs: 0 };
}

async function run({ slot, inputs }: RunRequest): Promise<Done> {
  const session = sessions.get(slot);
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

function toOrt({ type, data, dims }: Tensor): OrtTensor {
  return new OrtTensor(type, data as Float32Array, dims);
}

function fromOrt(name: string, { type, data, dims }: OrtTensor): Tensor {
  if (type !== 'float32' && type !== 'int64' && type !== 'int32' && type !== 'uint8' && type !== 'bool')
    throw new BugError(`output ${name} is of type ${type}`);
  return { type, data: data as Tensor['data'], dims };
}

function answer(message: FromSessions): void {
  const buffers = 'outputs' in message ? Object.values(message.outputs).map(({ data }) => data.buffer) : [];
  parentPort?.postMessage(message, buffers as ArrayBuffer[]);
}
