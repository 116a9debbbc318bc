import { readFile, writeFile } from 'node:fs/promises';
import { buildGraph } from '../src/builders/build-graph.js';
import { defaultCacheDir, ModelCache } from '../src/cache.js';
import { sha256Of } from '../src/digest.js';
import { parseLock } from '../src/lock.js';
import { defaultLockPath } from '../src/lock-file.js';
import { fetchSources } from '../src/sources/fetch-sources.js';

/** Writes each graph's hash and size, as built from its pinned sources, into the lock file. Run after changing a builder. */
const lockPath = defaultLockPath();
const lock = parseLock(await readFile(lockPath, 'utf8'));
const cache = new ModelCache(defaultCacheDir());
await fetchSources(
  lock.models.flatMap((model) => model.sources),
  {
    cache,
    lockPath,
    hubEndpoint: '',
    onProgress: ({ what, bytes, totalBytes }) => console.log(what, bytes, totalBytes),
  },
);
for (const model of lock.models) {
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
