import { createHash } from 'node:crypto';
import { findModel, type LockedModel, type ModelLock } from './lock.js';

/** Lower-case hex sha256. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The digest that heads are bound to: sha256 over the canonical JSON of everything that decides a vector, namely the
 * built graph, the side files, the preprocessing parameters, and the digests of the models that prepare its input.
 */
export function modelDigest(lock: ModelLock, model: LockedModel): string {
  const hashes = new Map(model.sources.map((source) => [source.id, source.sha256]));
  const subject = {
    graph: model.graph.sha256,
    files: Object.fromEntries(Object.entries(model.files).map(([file, id]) => [file, hashes.get(id) ?? ''])),
    parameters: model.parameters,
    companions: Object.fromEntries(
      model.companions.map((companion) => [companion, modelDigest(lock, findModel(lock, companion))]),
    ),
  };
  return sha256Of(new TextEncoder().encode(canonicalJson(subject)));
}

/** JSON without white space, object keys in code unit order. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
