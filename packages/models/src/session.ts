import { asTercetError, UnavailableError } from '@tercet/kit';
import { InferenceSession } from 'onnxruntime-node';
import { inspectGraph } from './onnx/inspect.js';
import { checkProvider, type DeviceProvider } from './provider-check.js';

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
 * @throws UnavailableError `provider_missing`, `provider_device_missing` or `provider_not_used` where the provider asked for
 * cannot be used. It never falls back to another.
 */
export async function openSession(graph: Uint8Array, options: SessionOptions): Promise<InferenceSession> {
  inspectGraph(graph);
  if (options.provider !== 'cpu') await checkedOnce(options.provider);
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
    const detail = `${options.provider} cannot open the model: ${(error as Error).message}`;
    throw new UnavailableError('provider_device_missing', detail, { cause: error });
  }
}

const checks = new Map<DeviceProvider, Promise<void>>();

function checkedOnce(provider: DeviceProvider): Promise<void> {
  const check = checks.get(provider) ?? checkProvider(provider);
  checks.set(provider, check);
  return check;
}
