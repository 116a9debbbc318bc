import { InvalidInputError } from '@tercet/kit';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const name = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);
const bytes = z.number().int().positive();
/** A path inside a package, a repository or beside the lock file: never absolute, never upwards. */
const relativePath = z
  .string()
  .min(1)
  .refine(
    (path) => !path.startsWith('/') && !path.split(/[\\/]/).includes('..'),
    'must stay inside its root',
  );

const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('package'),
    id: name,
    package: z.string().min(1),
    version: z.string().regex(/^\d+\.\d+\.\d+[\w.+-]*$/),
    path: relativePath,
    sha256,
    bytes,
    /** Size of the whole package as it is downloaded. */
    packageBytes: bytes,
  }),
  z.strictObject({
    kind: z.literal('wheel'),
    id: name,
    package: name,
    version: z.string().regex(/^\d+[\w.+!-]*$/),
    /** Of the whole wheel. */
    wheelSha256: sha256,
    path: relativePath,
    sha256,
    bytes,
    /** Size of the whole wheel. */
    packageBytes: bytes,
  }),
  z.strictObject({ kind: z.literal('file'), id: name, path: z.string().min(1), sha256, bytes }),
  z.strictObject({
    kind: z.literal('hub'),
    id: name,
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    revision: z.string().regex(/^[0-9a-f]{40}$/),
    path: relativePath,
    sha256,
    bytes,
  }),
]);

/** `as-is`: the source is already the ONNX graph. */
export const BUILDERS = [
  'minilm-int8',
  'minilm-fp32',
  'use-multilingual',
  'nsfwjs-mobilenet-v2',
  'yamnet',
  'whisper-encoder-int8',
  'whisper-encoder-fp32',
  'whisper-decoder-int8',
  'whisper-decoder-fp32',
  'as-is',
] as const;
export const SLOTS = ['text', 'image', 'audio', 'voice', 'speech', 'ocr'] as const;

const modelSchema = z.strictObject({
  name,
  version: z.string().min(1),
  slot: z.enum(SLOTS),
  /** Built only where it is asked for by name. */
  onRequest: z.literal(true).optional(),
  /** An SPDX licence expression. */
  license: z.string().regex(/^[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*$/),
  sources: z.array(sourceSchema).min(1),
  graph: z.strictObject({
    builder: z.enum(BUILDERS),
    /** Source ids, in the builder's order. */
    from: z.array(name).min(1),
    sha256,
    bytes,
  }),
  /** Side files by the name under which the encoder finds them, such as `tokenizer.json`, to source ids. */
  files: z.record(z.string(), name),
  /** Names of models that prepare this one's input; their digests enter this one's. */
  companions: z.array(name),
  inputs: z.array(z.strictObject({ name: z.string(), shape: z.string() })).min(1),
  outputs: z.array(z.strictObject({ name: z.string(), shape: z.string() })).min(1),
  /** Length of the embedding, or of the model's native answer where it gives none. */
  dimension: z.number().int().positive(),
  /** Preprocessing, as the encoder applies it. */
  parameters: z.record(z.string(), z.json()),
});

const lockSchema = z.strictObject({
  lockVersion: z.literal(1),
  /** The model that a slot's name stands for. */
  defaults: z.partialRecord(z.enum(SLOTS), name),
  models: z.array(modelSchema),
});

export type ModelSlot = (typeof SLOTS)[number];
export type BuilderName = (typeof BUILDERS)[number];
export type ModelSource = z.infer<typeof sourceSchema>;
export type LockedModel = z.infer<typeof modelSchema>;
export type ModelLock = z.infer<typeof lockSchema>;

/**
 * Checks a lock file's text: shapes, unique names, and that every reference inside it leads somewhere.
 * @throws InvalidInputError `wrong_field` naming the first thing that is wrong.
 */
export function parseLock(text: string): ModelLock {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError('undecodable', 'the model lock file is not JSON', { cause });
  }
  const parsed = lockSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw wrong(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  checkReferences(parsed.data);
  return parsed.data;
}

/** Finds a model by its name, or by a slot whose default it is. @throws InvalidInputError `wrong_field`. */
export function findModel(lock: ModelLock, slotOrName: string): LockedModel {
  const wanted = lock.defaults[slotOrName as ModelSlot] ?? slotOrName;
  const model = lock.models.find((candidate) => candidate.name === wanted);
  if (model === undefined) throw wrong(`there is no model or slot ${slotOrName}`);
  return model;
}

function checkReferences(lock: ModelLock): void {
  const names = lock.models.map((model) => model.name);
  if (new Set(names).size !== names.length) throw wrong('two models have one name');
  for (const [slot, target] of Object.entries(lock.defaults)) {
    if (lock.models.find((model) => model.name === target)?.slot !== slot) {
      throw wrong(`the default of ${slot} is no ${slot} model`);
    }
  }
  for (const model of lock.models) {
    const ids = model.sources.map((source) => source.id);
    if (new Set(ids).size !== ids.length) throw wrong(`${model.name} has two sources with one id`);
    for (const id of [...model.graph.from, ...Object.values(model.files)]) {
      if (!ids.includes(id)) throw wrong(`${model.name} has no source ${id}`);
    }
    const earlier = names.slice(0, names.indexOf(model.name));
    for (const companion of model.companions) {
      if (!earlier.includes(companion))
        throw wrong(`${model.name} names ${companion}, which does not stand before it`);
    }
  }
}

function wrong(detail: string): InvalidInputError {
  return new InvalidInputError('wrong_field', `model lock: ${detail}`);
}
