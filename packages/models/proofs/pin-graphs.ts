import { readFile, writeFile } from 'node:fs/promises';
import { buildGraph } from '../src/builders/build-graph.js';
import { defaultCacheDir, ModelCache } from '../src/cache.js';
import { sha256Of } from '../src/digest.js';
import { parseLock } from '../src/lock.js';
import { defaultLockPath } from '../src/lock-file.js';
import { fetchSources } from '../src/sources/fetch-sources.js';

/**
 * Writes each graph's hash and size, as built from its pinned sources, into the lock file: of the models named as arguments,
 * or of all. Run after changing a builder.
 */
const only = process.argv.slice(2);
const lockPath = defaultLockPath();
const lock = parseLock(await readFile(lockPath, 'utf8'));
const models = lock.models.filter(({ name }) => only.length === 0 || only.includes(name));
const cache = new ModelCache(defaultCacheDir());
await fetchSources(
  models.flatMap((model) => model.sources),
  {
    cache,
    lockPath,
    hubEndpoint: '',
    onProgress: ({ what, bytes, totalBytes }) => console.log(what, bytes, totalBytes),
  },
);
for (const model of models) {
  const sources = await Promise.all(
    model.graph.from.map(async (id) => {
      const source = model.sources.find((candidate) => candidate.id === id);
      return (await cache.read(source?.sha256 ?? '')) as Uint8Array;
    }),
  );
  const graph = buildGraph(model.graph.builder, sources);
  model.graph.sha256 = sha256Of(graph);
  model.graph.bytes = graph.byteLength;
  console.log(model.name, model.graph.sha256, model.graph.bytes);
}
await writeFile(lockPath, `${JSON.stringify(lock, null, 2)}\n`);
