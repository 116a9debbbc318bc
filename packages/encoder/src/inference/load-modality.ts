import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BugError } from '@tercet/kit';
import type { ModalityDefinition } from '../modality.js';

/** A definition whose types only its own module knows. */
export type AnyDefinition = ModalityDefinition<unknown, unknown>;

/** Imports a modality's module, which exports `definition`. */
export async function loadDefinition(moduleUrl: string): Promise<AnyDefinition> {
  const url = isAbsolute(moduleUrl) ? pathToFileURL(moduleUrl).href : moduleUrl;
  const { definition } = (await import(url)) as { definition?: AnyDefinition };
  if (!definition) throw new BugError('the modality module exports no definition');
  return definition;
}
