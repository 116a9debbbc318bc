import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeadSet } from './api.js';
import { parseHeadSet } from './head-set.js';
import { HeadSetError } from './policy-error.js';

/** The head sets of a folder. */
export interface HeadSets {
  readonly byDigest: ReadonlyMap<string, HeadSet>;
  readonly byId: ReadonlyMap<string, HeadSet>;
}

/**
 * Reads `<folder>/<set>/manifest.json` with its weights file, for every sub-folder that holds one.
 * @throws HeadSetError that names the folder, or where two folders claim one id.
 * @throws the file system's own error where a file cannot be read.
 */
export async function loadHeadSets(folder: string): Promise<HeadSets> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const byDigest = new Map<string, HeadSet>();
  const byId = new Map<string, HeadSet>();
  for (const name of names) {
    const headSet = await loadHeadSet(join(folder, name));
    if (byId.has(headSet.ref.id)) throw new HeadSetError(name, `another folder has the id ${headSet.ref.id}`);
    byDigest.set(headSet.ref.digest, headSet);
    byId.set(headSet.ref.id, headSet);
  }
  return { byDigest, byId };
}

/** Reads one head set's folder. Throws as {@link loadHeadSets} does. */
export async function loadHeadSet(folder: string): Promise<HeadSet> {
  const manifest = await readFile(join(folder, 'manifest.json'), 'utf8');
  const weights = await readFile(join(folder, 'weights.f32'));
  try {
    return parseHeadSet(manifest, weights);
  } catch (error) {
    if (error instanceof HeadSetError)
      throw new HeadSetError(`${folder} ${error.path}`.trim(), error.detail, { cause: error });
    throw error;
  }
}
