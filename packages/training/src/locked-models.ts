import { resolve } from 'node:path';
import type { ModelRef } from '@tercet/contracts';
import { createTextEmbedder, listModels } from '@tercet/models';
import type { TextEmbedder } from './embedder.js';
import { TrainingError } from './training-error.js';

/** Opens a text model of the lock file; builds it first where it is not in the cache. @throws TrainingError. */
export async function openLockedEmbedder(name: string): Promise<TextEmbedder> {
  const model = (await listModels()).find((one) => one.name === name);
  if (model?.slot !== 'text')
    throw new TrainingError(`${name} is not a text model that heads are trained on`);
  return createTextEmbedder({ model: name });
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
