import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Policy } from './api.js';
import { parsePolicy } from './parse-policy.js';
import { PolicyError } from './policy-error.js';

/** The policies of a folder. */
export interface Policies {
  /** By digest: every version that is there, so that an item's pinned policy is found after a newer one came. */
  readonly byDigest: ReadonlyMap<string, Policy>;
  /** By id, the newest version: versions are compared as numbers where they are, segment by segment. */
  readonly byId: ReadonlyMap<string, Policy>;
}

/**
 * Reads every `*.yaml` and `*.yml` directly in a folder. Keep the files of older versions beside the newest one.
 * @throws PolicyError that names the file, or where two files claim one id and version with different contents.
 * @throws the file system's own error where the folder cannot be read.
 */
export async function loadPolicies(folder: string): Promise<Policies> {
  const files = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const policies: Policy[] = [];
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    policies.push(named(file, () => parsePolicy(text)));
  }
  return index(policies);
}

function index(policies: readonly Policy[]): Policies {
  const byDigest = new Map<string, Policy>();
  const byId = new Map<string, Policy>();
  for (const policy of policies) {
    const { id, version, digest } = policy.ref;
    for (const other of byDigest.values()) {
      if (other.ref.id === id && other.ref.version === version && other.ref.digest !== digest) {
        throw new PolicyError('version', `two files are ${id} ${version}, and they differ`);
      }
    }
    byDigest.set(digest, policy);
    const newest = byId.get(id);
    if (newest === undefined || compareVersions(version, newest.ref.version) > 0) byId.set(id, policy);
  }
  return { byDigest, byId };
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function named<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PolicyError)
      throw new PolicyError(`${file} ${error.path}`.trim(), error.detail, { cause: error });
    throw error;
  }
}
