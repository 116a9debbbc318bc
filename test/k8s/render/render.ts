import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './manifest.js';
import { type Command, findKustomize } from './tools.js';

const execute = promisify(execFile);

/** The folder with bases, components and overlays. */
export const K8S = fileURLToPath(new URL('../../../k8s', import.meta.url));

let kustomize: Command | undefined;

/**
 * What kustomize makes of a folder, object by object.
 * @throws Error with kustomize's own words.
 */
export async function render(folder: string): Promise<Manifest[]> {
  kustomize ??= findKustomize();
  const [program, ...args] = kustomize;
  const { stdout } = await execute(program, [...args, folder], { maxBuffer: 64 * 1024 * 1024 });
  return parseManifests(stdout);
}

/** Objects of a YAML stream. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as Manifest;
  });
}
