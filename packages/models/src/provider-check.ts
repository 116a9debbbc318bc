import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UnavailableError } from '@tercet/kit';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from './onnx/graph-builder.js';

/** Providers beside the processor's own, which is always there. */
export type DeviceProvider = 'cuda';

/** A provider as ONNX Runtime names it in its profiles, and the libraries that it loads it from. */
const PROVIDERS: Readonly<Record<DeviceProvider, { profiled: string; libraries: readonly string[] }>> = {
  cuda: {
    profiled: 'CUDAExecutionProvider',
    libraries: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'],
  },
};
/** Comes with the device: the container runtime mounts it where there is one. */
const DRIVER = 'libcuda.so';

/** ONNX Runtime as the check sees it; tests give others. */
export interface Runtime {
  /** Names of the providers that this build of the runtime can load. */
  providers(): readonly string[];
  /** The folder of the runtime's own library. */
  readonly folder: string | undefined;
  /** Why the loader refuses a library; undefined where it loads. */
  loaderError(path: string): string | undefined;
  /** Runs a small graph and answers the provider of each of its nodes, as profiled. Rejects where no session opens. */
  probe(provider: DeviceProvider): Promise<readonly string[]>;
}

/**
 * Proves that a device is used before a model is opened for it: the library is there and loads, a session opens, and what
 * ran is profiled to have run on the device.
 * @throws UnavailableError `provider_missing`, `provider_device_missing` or `provider_not_used`.
 */
export async function checkProvider(provider: DeviceProvider, runtime: Runtime = onnxRuntime): Promise<void> {
  const { profiled, libraries } = PROVIDERS[provider];
  if (!runtime.providers().includes(provider))
    throw new UnavailableError('provider_missing', `ONNX Runtime has no ${provider} on this platform`);
  for (const library of libraries) {
    const path = runtime.folder && join(runtime.folder, library);
    if (path === undefined || !existsSync(path))
      throw new UnavailableError('provider_missing', `${library} is not beside ONNX Runtime's own library`);
    const refusal = runtime.loaderError(path);
    if (refusal?.includes(DRIVER)) throw new UnavailableError('provider_device_missing', refusal);
    if (refusal !== undefined) throw new UnavailableError('provider_missing', `${library}: ${refusal}`);
  }
  let used: readonly string[];
  try {
    used = await runtime.probe(provider);
  } catch (error) {
    const detail = `${provider} opens no session: ${(error as Error).message}`;
    throw new UnavailableError('provider_device_missing', detail, { cause: error });
  }
  const others = used.filter((name) => name !== profiled);
  if (used.length === 0 || others.length > 0)
    throw new UnavailableError(
      'provider_not_used',
      `${provider} was asked for, and ${others[0] ?? 'nothing'} ran`,
    );
}

const onnxRuntime: Runtime = {
  providers: () => listSupportedBackends().map(({ name }) => name),
  folder: runtimeFolder(),
  loaderError,
  probe: (provider) => profileNodes([provider]),
};

function runtimeFolder(): string | undefined {
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const folders = readdirSync(join(root, 'bin')).map((api) =>
    join(root, 'bin', api, process.platform, process.arch),
  );
  return folders.find((folder) => existsSync(folder));
}

/** The loader's own words; that the library is no addon of Node comes after it was loaded. */
function loaderError(path: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, path);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return message.startsWith('Module did not self-register') ? undefined : message;
  }
}

/** Multiplies two small matrices under the given providers and answers which of them ran each node. */
export async function profileNodes(providers: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tercet-provider-'));
  try {
    const session = await InferenceSession.create(probeGraph(), {
      executionProviders: [...providers],
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    });
    const ones = new Tensor('float32', new Float32Array(SIDE * SIDE).fill(1), [SIDE, SIDE]);
    await session.run({ x: ones });
    session.endProfiling();
    await session.release();
    const events = readdirSync(folder).flatMap(
      (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as ProfileEvent[],
    );
    return events.flatMap(({ cat, args }) => (cat === 'Node' && args.provider ? [args.provider] : []));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface ProfileEvent {
  readonly cat: string;
  readonly args: { readonly provider?: string };
}

const SIDE = 8;

function probeGraph(): Uint8Array {
  const graph = new GraphBuilder('provider-probe');
  const x = graph.input('x', 'float32', [SIDE, SIDE]);
  graph.output('y', graph.op('MatMul', [x, x]), 'float32', [SIDE, SIDE]);
  return graph.encode();
}
