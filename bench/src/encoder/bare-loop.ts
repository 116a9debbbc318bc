import { setMaxListeners } from 'node:events';
import { findOptional, type ModalityDefinition, type Tensors } from '@tercet/encoder';
import { openSession, resolveModel } from '@tercet/models';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadPart } from '../footprint/load-parts.js';
import type { BareTimes } from './bare-messages.js';

/**
 * The bare loop: the encoder's own preparation and the same runs of the same models, in one thread, with nothing
 * around: no process boundary, no Kafka, no packing. Text knows all parts beforehand and sorts them all, which the
 * service cannot; pictures and sounds are prepared and run batch by batch, as large as the service's.
 */
export async function openBareLoop(
  definition: ModalityDefinition<unknown, unknown>,
): Promise<(parts: readonly LoadPart[]) => Promise<BareTimes>> {
  const settings = definition.readSettings(process.env);
  const sessions = new Map<string, InferenceSession>();
  // The service runs what of these is installed, so both sides do.
  const { present } = await findOptional(definition.optionalModels ?? [], {});
  const models: Parameters<typeof definition.create>[0] = Object.fromEntries(
    await Promise.all(
      Object.entries({ ...definition.models(settings), ...present }).map(async ([slot, name]) => {
        const { version, digest, graph, files, meta } = await resolveModel(name);
        sessions.set(slot, await openSession(graph, { provider: 'cpu', intraOpThreads: 1 }));
        return [
          slot,
          { ref: { name: meta.name, version, digest }, files, parameters: meta.parameters },
        ] as const;
      }),
    ),
  );
  const modality = definition.create(models, settings);
  const never = new AbortController().signal;
  setMaxListeners(0, never);

  return async (parts) => {
    let runMs = 0;
    let rows = 0;
    let last: Promise<unknown> = Promise.resolve();
    // One after another: a run's time holds no wait for another one.
    const run = (slot: string, inputs: Tensors): Promise<Tensors> => {
      const ran = last.then(() => runOne(slot, inputs));
      last = ran.catch(() => undefined);
      return ran;
    };
    const runOne = async (slot: string, inputs: Tensors): Promise<Tensors> => {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { type, data, dims }]) => [
          name,
          new Tensor(type, data as Float32Array, dims),
        ]),
      );
      rows += Object.values(inputs)[0]?.dims[0] ?? 0;
      const startedAt = performance.now();
      const outputs = await sessions.get(slot)?.run(feeds);
      runMs += performance.now() - startedAt;
      return outputs as unknown as Tensors;
    };
    let prepareMs = 0;
    let embedMs = 0;
    for (const batch of batchesOf(
      parts,
      definition.name === 'text' ? parts.length : definition.batch.maxParts,
    )) {
      const startedAt = performance.now();
      const prepared = await Promise.all(
        batch.map(({ bytes, mediaType }) =>
          modality.prepare({ bytes, mediaType, language: '', derivation: undefined }, never),
        ),
      );
      const preparedAt = performance.now();
      await modality.embed(prepared, run);
      prepareMs += preparedAt - startedAt;
      embedMs += performance.now() - preparedAt;
    }
    return { prepareS: prepareMs / 1000, embedS: embedMs / 1000, runS: runMs / 1000, rows };
  };
}

/** In order, each of at most `size`. */
export function batchesOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}
