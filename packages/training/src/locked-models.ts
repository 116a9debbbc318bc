import { resolve } from 'node:path';
import type { ModelRef } from '@tercet/contracts';
import { createTextEmbedder, listModels, resolveModel } from '@tercet/models';
import type { TextEmbedder } from './embedder.js';
import { TrainingError } from './training-error.js';

const VARIANTS: Readonly<Record<string, 'int8' | 'fp32'>> = {
  'all-minilm-l6-v2-int8': 'int8',
  'all-minilm-l6-v2-fp32': 'fp32',
};

/** Opens a text model of the lock file; builds it first where it is not in the cache. */
export async function openLockedEmbedder(name: string): Promise<TextEmbedder> {
  const variant = VARIANTS[name];
  if (variant === undefined) throw new TrainingError(`${name} is not a text model that heads are trained on`);
  const embedder = await createTextEmbedder({ variant });
  const { ref } = await resolveModel(name);
  return { ref, dimension: embedder.dimension, embed: (texts) => embedder.embed(texts) };
}

/** Name, version and digest of a model of the lock file; it need not be installed. @throws TrainingError. */
export async function resolveLockedModel(name: string): Promise<ModelRef> {
  const model = (await listModels()).find((one) => one.name === name);
  if (model === undefined) throw new TrainingError(`there is no model ${name}`);
  const { version, digest } = model;
  return { name, version, digest };
}

/** Where vectors that were made before are kept, unless told otherwise. */
export function defaultVectorCache(): string {
  return resolve('.cache/training');
}
