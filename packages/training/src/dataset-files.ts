import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Hex } from '@tercet/policy';
import { parse as parseYaml } from 'yaml';
import type { z } from 'zod';
import { type Row, readRows } from './dataset.js';
import { extendManifest } from './extend-manifest.js';
import {
  type DatasetEntry,
  extendingManifestSchema,
  type TrainingManifest,
  trainingManifestSchema,
} from './manifest.js';
import { TrainingError } from './training-error.js';

/**
 * Reads a training manifest (YAML or JSON), and the one beside it that it extends.
 * @throws TrainingError with the path of what is wrong.
 */
export async function readTrainingManifest(file: string): Promise<TrainingManifest> {
  const raw = readYaml(file, await readFile(file, 'utf8'));
  if (typeof raw !== 'object' || raw === null || !('extends' in raw))
    return parsed(file, trainingManifestSchema, raw);
  const extending = parsed(file, extendingManifestSchema, raw);
  const base = join(dirname(file), extending.extends);
  const held = readYaml(base, await readFile(base, 'utf8'));
  return extendManifest(extending, parsed(base, trainingManifestSchema, held));
}

function parsed<Shape>(file: string, schema: z.ZodType<Shape>, raw: unknown): Shape {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TrainingError(`${file} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a manifest'}`);
}

/**
 * Writes a manifest like this one without its hard harmless rows into a folder; answers the new file. Its `written` files
 * stay where they are.
 */
export async function withoutHard(file: string, folder: string): Promise<string> {
  const manifest = await readTrainingManifest(file);
  const isHard = (name: string) => manifest.datasets[name]?.hard === true;
  const made = join(folder, 'manifest.json');
  const lesser: TrainingManifest = {
    ...manifest,
    datasets: Object.fromEntries(Object.entries(manifest.datasets).filter(([name]) => !isHard(name))),
    heads: manifest.heads.map((head) => ({
      ...head,
      sources: head.sources.filter(({ dataset }) => !isHard(dataset)),
    })),
  };
  await writeFile(made, JSON.stringify(lesser));
  return made;
}

function readYaml(file: string, text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new TrainingError(`${file} is not YAML`, { cause: error });
  }
}

/**
 * Reads one labelled file.
 * @throws TrainingError where the file is not there, does not have its sha256, or a column is missing.
 */
export async function readDataset(
  name: string,
  entry: DatasetEntry,
  roots: { readonly data: string; readonly written: string },
): Promise<Row[]> {
  const file = join(entry.root === 'data' ? roots.data : roots.written, entry.path);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new TrainingError(`${name}: ${file} cannot be read; is the data folder right?`, { cause: error });
  }
  if (entry.sha256 !== undefined && sha256Hex(bytes) !== entry.sha256) {
    throw new TrainingError(`${name}: ${file} does not have the manifest's sha256`);
  }
  return readRows(name, entry, bytes.toString('utf8'));
}
