import type { ModelRef } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import { type ModelOptions, resolveModel } from '@tercet/models';
import type { LoadedModel, OptionalModel } from '../modality.js';
import type { InferenceSettings } from './messages.js';
import type { SessionSet } from './session-set.js';

/** Reads the models of a modality, verifies them and opens a session for each, by slot. */
export async function openModels(
  names: Readonly<Record<string, string>>,
  sessions: Pick<SessionSet, 'open'>,
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

/** Sorts optional models into those that are installed, by slot, and the others. A changed file is an error as always. */
export async function findOptional(
  optional: readonly OptionalModel[],
  files: ModelOptions,
): Promise<{ present: Record<string, string>; absent: OptionalModel[] }> {
  const present: Record<string, string> = {};
  const absent: OptionalModel[] = [];
  for (const model of optional) {
    try {
      await resolveModel(model.name, files);
      present[model.slot] = model.name;
    } catch (error) {
      if (!(error instanceof UnavailableError) || error.code !== 'model_missing') throw error;
      absent.push(model);
    }
  }
  return { present, absent };
}
