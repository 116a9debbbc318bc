import type { ModalityDefinition, Tensors } from '@tercet/encoder';
import { openSession, resolveModel } from '@tercet/models';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { BareTimes } from './bare-messages.js';

/**
 * The bare loop: the encoder's own preparation and the same runs of the same model, in one thread, with nothing
 * around: no process boundary, no Kafka, no packing. It knows all texts beforehand and sorts them all, which the
 * service cannot, so its padding is the least there can be.
 */
export async function openBareLoop(
  definition: ModalityDefinition<unknown, unknown>,
): Promise<(texts: readonly string[]) => Promise<BareTimes>> {
  const settings = definition.readSettings({});
  const sessions = new Map<string, InferenceSession>();
  const models: Parameters<typeof definition.create>[0] = Object.fromEntries(
    await Promise.all(
      Object.entries(definition.models(settings)).map(async ([slot, name]) => {
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

  return async (texts) => {
    let runMs = 0;
    let rows = 0;
    let tokens = 0;
    const run = async (slot: string, inputs: Tensors): Promise<Tensors> => {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { type, data, dims }]) => [
          name,
          new Tensor(type, data as Float32Array, dims),
        ]),
      );
      const [dims = []] = Object.values(inputs).map((input) => input.dims);
      rows += dims[0] ?? 0;
      tokens += (dims[0] ?? 0) * (dims[1] ?? 0);
      const startedAt = performance.now();
      const outputs = await sessions.get(slot)?.run(feeds);
      runMs += performance.now() - startedAt;
      return outputs as unknown as Tensors;
    };
    const startedAt = performance.now();
    const prepared = await Promise.all(
      texts.map((text) => {
        const bytes = Buffer.from(text);
        return modality.prepare(
          { bytes, mediaType: 'text/plain', language: '', derivation: undefined },
          never,
        );
      }),
    );
    const prepareMs = performance.now() - startedAt;
    // The modality sorts and cuts what it is given into runs: all at once is the best it can do.
    await modality.embed(prepared, run);
    return { prepareS: prepareMs / 1000, runS: runMs / 1000, rows, tokens };
  };
}
