import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@tercet/kit';
import { type ModelLock, parseLock } from './lock.js';

/** `TERCET_MODEL_LOCK`, else `models/models.lock.json` in the repository. */
export function defaultLockPath(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = env['TERCET_MODEL_LOCK'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return fileURLToPath(new URL('../../../models/models.lock.json', import.meta.url));
}

/** @throws UnavailableError `model_missing` where there is no lock file; InvalidInputError where it is wrong. */
export async function readLock(path: string): Promise<ModelLock> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new UnavailableError('model_missing', 'the model lock file cannot be read', { cause });
  }
  return parseLock(text);
}
