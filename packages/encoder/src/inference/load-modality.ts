import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BugError } from '@tercet/kit';
import type { ModalityDefinition } from '../modality.js';

/** A definition whose types only its own module knows. */
export type AnyDefinition = ModalityDefinition<unknown, unknown>;

/** Name of the service, and with it of its consumer group: `image-encoder`, `ocr`, `transcriber`. */
export function serviceName({ name, service, derives }: AnyDefinition): string {
  return service ?? derives?.suffix ?? `${name}-encoder`;
}

/** Imports a modality's module, which exports `definition`. */
export async function loadDefinition(moduleUrl: string): Promise<AnyDefinition> {
  const url = isAbsolute(moduleUrl) ? pathToFileURL(moduleUrl).href : moduleUrl;
  const { definition } = (await import(url)) as { definition?: AnyDefinition };
  if (!definition) throw new BugError('the modality module exports no definition');
  return definition;
}
