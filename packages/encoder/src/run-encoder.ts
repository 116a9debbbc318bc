import { setFlagsFromString } from 'node:v8';
import { HEAP_GROWTH, runService } from '@tercet/kit';
import { readEncoderConfig } from './config.js';
import { loadDefinition, serviceName } from './inference/load-modality.js';
import { startEncoder } from './start-encoder.js';

/**
 * The whole of an encoder service: its `main.ts` calls this with the URL of the module that exports the modality's
 * `definition`. That module is imported here for its settings, and again in the inference process, where it works.
 */
export async function runEncoder(moduleUrl: URL | string): Promise<void> {
  setFlagsFromString(HEAP_GROWTH);
  const url = String(moduleUrl);
  const definition = await loadDefinition(url);
  await runService(serviceName(definition), (env) => readEncoderConfig(url, definition, env), startEncoder);
}
