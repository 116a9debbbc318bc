// Takes out of a tree of installed packages what never runs.
import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

// Sources, types, maps and tests. Licences and notices stay, and so does what a package may read when it runs (.json, .proto).
const NEVER_RUN = /\.(d\.[cm]?ts|[cm]?ts|tsx|map|test\.[cm]?js|tsbuildinfo|flow|md|markdown|gyp|gypi)$/;
const LEGAL = /^(licen[cs]e|copying|notice|third)/i;
// What pnpm keeps for itself; the first two hold the time of the installation.
const BOOKKEEPING = ['.modules.yaml', '.pnpm-workspace-state-v1.json', '.pnpm/lock.yaml', '.bin'];

/** Deletes from `node_modules` and everything of ours beside it what never runs. */
export function prune(app) {
  for (const name of BOOKKEEPING) rmSync(join(app, 'node_modules', name), { recursive: true, force: true });
  eachFile(app, (path, name) => {
    if (NEVER_RUN.test(name) && !LEGAL.test(name)) rmSync(path);
  });
}

/** Leaves ONNX Runtime's libraries for this system and processor alone: the package carries those of all. */
export function keepOnePlatform(app, platform = process.platform, arch = process.arch) {
  const store = join(app, 'node_modules/.pnpm');
  const runtime = readdirSync(store).find((name) => name.startsWith('onnxruntime-node@'));
  if (runtime === undefined) return;
  const bin = join(store, runtime, 'node_modules/onnxruntime-node/bin');
  for (const api of readdirSync(bin)) {
    if (!existsSync(join(bin, api, platform, arch)))
      throw new Error(`ONNX Runtime has no library for ${platform} on ${arch}`);
    keepOnly(join(bin, api), platform);
    keepOnly(join(bin, api, platform), arch);
  }
}

function keepOnly(folder, name) {
  for (const other of readdirSync(folder))
    if (other !== name) rmSync(join(folder, other), { recursive: true });
}

/** Calls `see(path, name)` for every file below a folder, links not followed. */
function eachFile(folder, see) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = lstatSync(path);
    if (found.isDirectory()) eachFile(path, see);
    else if (found.isFile()) see(path, name);
  }
}
