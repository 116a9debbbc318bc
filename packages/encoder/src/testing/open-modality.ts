import { buildModels, openSession, resolveModel } from '@tercet/models';
import { Tensor as OrtTensor } from 'onnxruntime-node';
import { findOptional } from '../inference/open-models.js';
import type {
  LoadedModel,
  Modality,
  ModalityDefinition,
  OptionalModel,
  Outcome,
  PartInput,
  RunModel,
  Tensor,
} from '../modality.js';

export interface OpenedModality<Prepared, Settings> {
  readonly modality: Modality<Prepared>;
  readonly models: Readonly<Record<string, LoadedModel>>;
  readonly settings: Settings;
  readonly run: RunModel;
  /** Prepares the parts and embeds what is not empty as one batch; answers in order. Errors are thrown. */
  encode(...parts: readonly PartInput[]): Promise<Outcome[]>;
}

/**
 * Opens a modality with its real, verified models in this very process, for tests of the modality alone. Builds a
 * model first where it is not in the cache.
 * @param names models of the lock file by slot, where others than the definition's are wanted.
 * @param optional optional models, where others than the definition's are wanted; what is not installed is left out.
 */
export async function openModality<Prepared, Settings>(
  definition: ModalityDefinition<Prepared, Settings>,
  env: Readonly<Record<string, string | undefined>> = process.env,
  names: Readonly<Record<string, string>> = {},
  optional: readonly OptionalModel[] = definition.optionalModels ?? [],
): Promise<OpenedModality<Prepared, Settings>> {
  const settings = definition.readSettings(env);
  const required = { ...definition.models(settings), ...names };
  await buildModels({ only: Object.values(required) });
  const { present } = await findOptional(optional, {});
  const wanted = { ...required, ...present };
  const opened = await Promise.all(
    Object.entries(wanted).map(async ([slot, name]) => {
      const { version, digest, graph, files, meta } = await resolveModel(name);
      const session = await openSession(graph, { provider: 'cpu', intraOpThreads: 1 });
      const model: LoadedModel = {
        ref: { name: meta.name, version, digest },
        files,
        parameters: meta.parameters,
      };
      return { slot, session, model };
    }),
  );
  const sessions = new Map(opened.map(({ slot, session }) => [slot, session]));
  const models = Object.fromEntries(opened.map(({ slot, model }) => [slot, model]));
  const modality = definition.create(models, settings);

  const run: RunModel = async (slot, inputs) => {
    const session = sessions.get(slot);
    if (session === undefined) throw new RangeError(`no session for slot ${slot}`);
    const feeds = mapValues(
      inputs,
      ({ type, data, dims }) => new OrtTensor(type as 'float32', data as Float32Array, dims),
    );
    return mapValues(await session.run(feeds), ({ type, data, dims }) => ({ type, data, dims }) as Tensor);
  };

  return {
    modality,
    models,
    settings,
    run,
    async encode(...parts) {
      const signal = new AbortController().signal;
      const prepared = await Promise.all(parts.map((part) => modality.prepare(part, signal)));
      const batch = prepared.filter((part): part is Awaited<Prepared> => !isEmpty(part));
      const embedded = batch.length === 0 ? [] : await modality.embed(batch, run);
      return prepared.map((part): Outcome => {
        if (isEmpty(part)) return { kind: 'empty', code: part.empty };
        return embedded.shift() as Outcome;
      });
    },
  };
}

function isEmpty(
  prepared: unknown,
): prepared is { readonly empty: Extract<Outcome, { kind: 'empty' }>['code'] } {
  return typeof prepared === 'object' && prepared !== null && 'empty' in prepared;
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
