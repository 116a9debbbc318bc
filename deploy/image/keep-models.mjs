// Leaves in a model cache what is read when models run, not what they were built from: node keep-models.mjs CACHE for all
// models, node keep-models.mjs CACHE SERVICE for those of one encoder. Run by deploy/Dockerfile in a built working tree.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [cache, service] = process.argv.slice(2);
const lock = JSON.parse(readFileSync('models/models.lock.json', 'utf8'));
const names = service ? await modelsOf(service) : lock.models.map(({ name }) => name);
const read = new Set(lock.models.filter(({ name }) => names.includes(name)).flatMap(filesOf));
if (read.size === 0) throw new Error(`${service} names no model of the lock file`);
const folder = join(cache, 'sha256');
for (const file of readdirSync(folder)) if (!read.has(file)) rmSync(join(folder, file));
rmSync(join(cache, 'partial'), { recursive: true, force: true });

/** An encoder names its models by name, or by a slot for which the lock file has a default. */
async function modelsOf(encoder) {
  const modality = pathToFileURL(resolve('services', encoder, 'dist/modality.js'));
  const { definition } = await import(modality.href);
  // Audio's settings want a decoder to be there; which one does not matter here.
  const { TERCET_TEXT_MODEL } = process.env;
  const settings = definition.readSettings({ TERCET_FFMPEG: process.execPath, TERCET_TEXT_MODEL });
  const required = Object.values(definition.models(settings));
  const optional = (definition.optionalModels ?? []).map(({ name }) => name);
  return [...required, ...optional].map((name) => lock.defaults[name] ?? name);
}

function filesOf({ graph, files, sources }) {
  const beside = Object.values(files).map((id) => sources.find((source) => source.id === id).sha256);
  return [graph.sha256, ...beside];
}
