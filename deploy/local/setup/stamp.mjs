// Stamps under .cache/setup say for which inputs a step was done.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = '.cache/setup';

/** Whether the step was done for these inputs. */
export function isDone(step, digest) {
  try {
    return readFileSync(join(FOLDER, step), 'utf8') === digest;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

export function markDone(step, digest) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, step), digest);
}

/** sha256 over the bytes of files, in order of their names. */
export function digestOfContents(files, ...more) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    hash.update(`${file}\n`);
    hash.update(readFileSync(file));
  }
  for (const one of more) hash.update(`${one}\n`);
  return hash.digest('hex');
}

/** sha256 over path, size and time of change: quick, and good enough to tell whether a build is due. */
export function digestOfTimes(files, ...more) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  for (const one of more) hash.update(`${one}\n`);
  return hash.digest('hex');
}

const SKIPPED = new Set(['node_modules', 'dist', '.cache', '.run', '.git', 'gen', 'descriptors']);

/** Every file below a folder that `wanted(name)` accepts, build outputs left out. */
export function filesBelow(folder, wanted) {
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) found.push(...filesBelow(path, wanted));
    } else if (wanted(entry.name)) found.push(path);
  }
  return found;
}
