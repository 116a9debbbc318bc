import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BugError, InvalidInputError, UnavailableError } from '@tercet/kit';
import type { ModelListing, ModelOptions, ModelVerdict, ResolvedModel } from './api.js';
import { buildGraph } from './builders/build-graph.js';
import { defaultCacheDir, ModelCache } from './cache.js';
import { modelDigest, sha256Of } from './digest.js';
import { findModel, type LockedModel, type ModelLock } from './lock.js';
import { defaultLockPath, readLock } from './lock-file.js';
import { inspectGraph } from './onnx/inspect.js';
import type { OnProgress } from './progress.js';
import { fetchSources } from './sources/fetch-sources.js';
import { readFileSource } from './sources/file-source.js';

const DEFAULT_HUB = 'https://huggingface.co';

interface Setting {
  readonly lock: ModelLock;
  readonly cache: ModelCache;
  readonly lockPath: string;
  readonly hubEndpoint: string;
  readonly onProgress: OnProgress;
}

/**
 * Downloads and builds the named models (by name or slot), or all of the lock file; what is in the cache already is
 * left alone. Where none is named, so is what is built on request alone, and what needs a file that only a user can give
 * and has not given. Needs the network the first time only.
 *
 * @throws UnavailableError `model_missing` where a source cannot be had, `model_mismatch` where it is not the pinned one.
 */
export async function buildModels(
  options: ModelOptions & { readonly only?: readonly string[] } = {},
): Promise<ModelListing[]> {
  const setting = await settle(options);
  const wanted = options.only?.map((name) => findModel(setting.lock, name)) ?? setting.lock.models;
  const incomplete: LockedModel[] = [];
  for (const model of wanted) {
    if (await isBuilt(setting.cache, model)) continue;
    if (options.only !== undefined || (await isExpected(setting, model))) incomplete.push(model);
  }
  await fetchSources(
    incomplete.flatMap((model) => model.sources),
    setting,
  );
  for (const model of incomplete) await build(setting, model);
  return Promise.all(wanted.map((model) => listing(setting, model)));
}

/**
 * Takes a user's own file for a model whose source is one, checks it against the lock file, keeps it in the cache and builds
 * the graph. The file is not needed afterwards.
 *
 * @throws UnavailableError `model_missing` where the file cannot be read, `model_mismatch` where it is not the pinned one.
 * @throws InvalidInputError `wrong_field` where there is no such model, or it does not come from a user's file.
 */
export async function addModel(
  name: string,
  path: string,
  options: ModelOptions = {},
): Promise<ModelListing> {
  const setting = await settle(options);
  const model = findModel(setting.lock, name);
  const [source, ...more] = model.sources.filter(({ kind }) => kind === 'file');
  if (source === undefined || more.length > 0) {
    const givable = setting.lock.models.filter(({ sources }) => sources.some(({ kind }) => kind === 'file'));
    const names = givable.map((one) => one.name).join(', ') || 'none';
    throw new InvalidInputError('wrong_field', `${model.name} is not added from a file; these are: ${names}`);
  }
  const bytes = await readFileSource(path);
  const found = sha256Of(bytes);
  if (found !== source.sha256) {
    const detail = `this is not the file of ${model.name}: its sha256 is ${found}, and ${source.sha256} is pinned`;
    throw new UnavailableError('model_mismatch', detail);
  }
  await setting.cache.write(source.sha256, bytes);
  await build(setting, model);
  return listing(setting, model);
}

/**
 * Gives a model's verified bytes from the cache, never from the network.
 *
 * @param slotOrName A slot (`text`, `image`, `audio`, `voice`) or a model's name.
 * @throws UnavailableError `model_missing` where it is not built, `model_mismatch` where a file was changed.
 * @throws InvalidInputError where the lock file has no such model.
 */
export async function resolveModel(slotOrName: string, options: ModelOptions = {}): Promise<ResolvedModel> {
  const { lock, cache } = await settle(options);
  const model = findModel(lock, slotOrName);
  const read = async (sha256: string): Promise<Uint8Array> => {
    const bytes = await cache.read(sha256);
    if (bytes === undefined) throw new UnavailableError('model_missing', `${model.name} is not built`);
    return bytes;
  };
  const graph = await read(model.graph.sha256);
  inspectGraph(graph);
  const files: Record<string, Uint8Array> = {};
  for (const [file, id] of Object.entries(model.files)) files[file] = await read(sourceHash(model, id));
  const { name, version, parameters } = model;
  const digest = modelDigest(lock, model);
  return { name, version, digest, ref: { name, version, digest }, graph, files, parameters, meta: model };
}

export async function listModels(options: ModelOptions = {}): Promise<ModelListing[]> {
  const setting = await settle(options);
  return Promise.all(setting.lock.models.map((model) => listing(setting, model)));
}

/** Reads and hashes everything that the lock file names, and inspects the graphs. Answers a verdict per model. */
export async function verifyModels(options: ModelOptions = {}): Promise<ModelVerdict[]> {
  const setting = await settle(options);
  const verdicts: ModelVerdict[] = [];
  for (const model of setting.lock.models) {
    const { name } = model;
    try {
      await resolveModel(name, options);
      verdicts.push({ name, state: 'ok', detail: '' });
    } catch (error) {
      if (error instanceof UnavailableError) {
        const isAbsent = error.code === 'model_missing' && !(await isExpected(setting, model));
        const state = error.code === 'model_mismatch' ? 'mismatch' : isAbsent ? 'absent' : 'missing';
        const how = model.onRequest ? `tercet models build ${name}` : `tercet models add ${name} --file PATH`;
        const detail = isAbsent ? `not asked for; to have it: ${how}` : error.detail;
        verdicts.push({ name, state, detail });
      } else if (error instanceof InvalidInputError) {
        verdicts.push({ name, state: 'refused', detail: error.detail });
      } else throw error;
    }
  }
  return verdicts;
}

async function settle(options: ModelOptions): Promise<Setting> {
  const lockPath = options.lockPath ?? defaultLockPath();
  return {
    lockPath,
    lock: await readLock(lockPath),
    cache: new ModelCache(options.cacheDir ?? defaultCacheDir()),
    hubEndpoint: options.hubEndpoint ?? process.env['TERCET_MODEL_HUB'] ?? DEFAULT_HUB,
    onProgress: options.onProgress ?? (() => undefined),
  };
}

async function build({ cache, onProgress }: Setting, model: LockedModel): Promise<void> {
  const { builder, from, sha256, bytes: totalBytes } = model.graph;
  onProgress({ phase: 'build', what: model.name, bytes: 0, totalBytes });
  const sources = await Promise.all(from.map((id) => cache.read(sourceHash(model, id))));
  const graph = buildGraph(
    builder,
    sources.filter((source) => source !== undefined),
  );
  inspectGraph(graph);
  const built = sha256Of(graph);
  if (built !== sha256) {
    throw new UnavailableError(
      'model_mismatch',
      `${model.name} was built as ${built}, but ${sha256} is pinned`,
    );
  }
  await cache.write(sha256, graph);
  onProgress({ phase: 'build', what: model.name, bytes: totalBytes, totalBytes });
}

async function isBuilt(cache: ModelCache, model: LockedModel): Promise<boolean> {
  const hashes = [model.graph.sha256, ...Object.values(model.files).map((id) => sourceHash(model, id))];
  for (const hash of hashes) if ((await cache.read(hash)) === undefined) return false;
  return true;
}

/** False where it is built on request alone, or a user's file is neither in the cache nor where the lock file names it. */
async function isExpected({ cache, lockPath }: Setting, model: LockedModel): Promise<boolean> {
  if (model.onRequest) return false;
  for (const source of model.sources) {
    if (source.kind !== 'file' || (await cache.read(source.sha256)) !== undefined) continue;
    if (!existsSync(resolve(dirname(lockPath), source.path))) return false;
  }
  return true;
}

async function listing({ lock, cache }: Setting, model: LockedModel): Promise<ModelListing> {
  return {
    name: model.name,
    version: model.version,
    slot: model.slot,
    isDefault: lock.defaults[model.slot] === model.name,
    license: model.license,
    dimension: model.dimension,
    digest: modelDigest(lock, model),
    graphBytes: model.graph.bytes,
    built: await isBuilt(cache, model),
  };
}

function sourceHash(model: LockedModel, id: string): string {
  const source = model.sources.find((candidate) => candidate.id === id);
  if (source === undefined) throw new BugError(`${model.name} has no source ${id}`);
  return source.sha256;
}
