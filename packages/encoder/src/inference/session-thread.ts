// Entry of the worker thread that holds the sessions: `run()` of ONNX Runtime blocks its thread for the whole
// inference, and the process must go on decoding the next batch meanwhile.
import { parentPort } from 'node:worker_threads';
import { failureOf } from './failure.js';
import type { FromSessions, ToSessions } from './session-messages.js';
import { type Ran, SessionSet } from './session-set.js';

const sessions = new SessionSet();

parentPort?.on('message', (request: ToSessions) => {
  perform(request).then(
    (done) => answer({ id: request.id, ...done }),
    (error: unknown) => answer({ id: request.id, failure: failureOf(error) }),
  );
});

async function perform(request: ToSessions): Promise<Ran> {
  if (request.kind === 'run') return sessions.run(request.slot, request.inputs);
  await sessions.open(request);
  return { outputs: {}, runMs: 0 };
}

function answer(message: FromSessions): void {
  const buffers = 'outputs' in message ? Object.values(message.outputs).map(({ data }) => data.buffer) : [];
  parentPort?.postMessage(message, buffers as ArrayBuffer[]);
}
