// The workspace as its package.json files tell it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow } from '../local/setup/stamp.mjs';

/** Every package below the root, by name: its folder, relative to the root, and its manifest. */
export function readWorkspace(root) {
  const found = new Map();
  for (const path of filesBelow(root, (name) => name === 'package.json')) {
    const folder = dirname(path.slice(root.length + 1));
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    if (folder !== '.') found.set(manifest.name, { folder, manifest });
  }
  return found;
}

/** A package of ours and all of ours that it needs when it runs, by folder and manifest. Throws where there is none. */
export function productionClosure(workspace, name, closure = new Map()) {
  const found = workspace.get(name);
  if (!found) throw new Error(`the workspace has no package ${name}`);
  if (closure.has(name)) return closure;
  closure.set(name, found);
  for (const [needed, range] of Object.entries(found.manifest.dependencies ?? {}))
    if (range.startsWith('workspace:')) productionClosure(workspace, needed, closure);
  return closure;
}

/** The folders of a package that run: what `files` lists, as npm means it; else its build. */
export function filesThatRun({ folder, manifest }) {
  return (manifest.files ?? ['dist', ...binFolders(manifest)]).map((file) => join(folder, file));
}

function binFolders({ bin = {} }) {
  return Object.values(bin).map((path) => dirname(path));
}
