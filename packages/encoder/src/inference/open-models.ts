import type { ModelRef } from '@tercet/contracts';
import { resolveModel } from '@tercet/models';
import type { LoadedModel } from '../modality.js';
import type { InferenceSettings } from './messages.js';
import type { Sessions } from './sessions.js';

/** Reads the models of a modality, verifies them and opens a session for each, by slot. */
export async function openModels(
  names: Readonly<Record<string, string>>,
  sessions: Sessions,
  settings: InferenceSettings,
): Promise<{ models: Record<string, LoadedModel>; refs: Record<string, ModelRef> }> {
  const models: Record<string, LoadedModel> = {};
  const refs: Record<string, ModelRef> = {};
  for (const [slot, name] of Object.entries(names)) {
    const { version, digest, graph, files, meta } = await resolveModel(name, settings.modelFiles);
    await sessions.open({
      slot,
      graph,
      executionProvider: settings.executionProvider,
      intraOpThreads: settings.intraOpThreads,
    });
    const ref = { name: meta.name, version, digest };
    models[slot] = { ref, files, parameters: meta.parameters };
    refs[slot] = ref;
  }
  return { models, refs };
}
