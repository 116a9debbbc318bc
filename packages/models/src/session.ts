import { asTercetError, UnavailableError } from '@tercet/kit';
import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { inspectGraph } from './onnx/inspect.js';

export const PROVIDERS = ['cpu', 'cuda'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface SessionOptions {
  readonly provider: Provider;
  /** Threads inside one operator; 1 gives the best throughput per core where several processes share a machine. */
  readonly intraOpThreads: number;
}

/** ONNX Runtime's log level "error". */
const LOG_ERRORS = 3;

/**
 * Opens a model from verified bytes, never from a path.
 *
 * `run()` of the session blocks the calling thread: keep it off a main loop that must answer.
 *
 * @throws InvalidInputError `undecodable` for a graph with external data or foreign operators.
 * @throws UnavailableError `provider_missing` where the provider asked for is not there. It never falls back to another.
 */
export async function openSession(graph: Uint8Array, options: SessionOptions): Promise<InferenceSession> {
  inspectGraph(graph);
  requireProvider(options.provider);
  try {
    return await InferenceSession.create(graph, {
      executionProviders: [options.provider],
      intraOpNumThreads: options.intraOpThreads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: LOG_ERRORS,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    if (options.provider === 'cpu') throw asTercetError(error);
    throw missing(options.provider, error);
  }
}

function requireProvider(provider: Provider): void {
  if (!listSupportedBackends().some(({ name }) => name === provider)) throw missing(provider);
}

function missing(provider: Provider, cause?: unknown): UnavailableError {
  const detail = `ONNX Runtime cannot use ${provider} here`;
  return new UnavailableError('provider_missing', detail, cause === undefined ? {} : { cause });
}
