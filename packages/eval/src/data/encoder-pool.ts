import { setMaxListeners } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ModelRef } from '@tercet/contracts';
import type { Derives, Outcome, PartInput } from '@tercet/encoder';
import { InferenceClient, loadDefinition, readEncoderConfig } from '@tercet/encoder';
import type { Env } from '@tercet/kit';

/** The service of each encoder: of a modality, or of a deriver by what it reads and the suffix of its parts. */
const SERVICES: Readonly<Record<string, string>> = {
  text: 'text-encoder',
  image: 'image-encoder',
  audio: 'audio-encoder',
  'image:ocr': 'ocr',
  'audio:speech': 'transcriber',
};

/**
 * Brokers and a store that the configuration of an encoder names; nothing here connects to them. Nobody waits for a start or
 * a sign of life as a cluster does, and all of the machine's cores may be busy with the other processes.
 */
const OFFLINE: Env = {
  TERCET_KAFKA_BROKERS: 'localhost:1',
  TERCET_CONTENT_STORE: 'file:///nowhere',
  TERCET_INFERENCE_START_TIMEOUT_MS: '300000',
  TERCET_INFERENCE_SILENCE_TIMEOUT_MS: '120000',
};

/**
 * Nobody waits for one text alone, so more of them share a batch than in a service: sorted by length, 256 texts of one or
 * two sentences are padded by 4 % where 64 are by 13 %.
 */
const LARGER_BATCHES: Readonly<Record<string, Env>> = {
  text: { TERCET_MAX_BATCH_PARTS: '256', TERCET_MAX_BATCH_COST: '32768' },
};

/** An encoder's inference processes, as its service runs one of them. */
export interface EncoderPool {
  readonly derives: Derives | undefined;
  readonly encoderDigest: string;
  readonly models: readonly ModelRef[];
  /** Optional models that are not installed, by name. */
  readonly absent: readonly string[];
  /** @throws InvalidInputError the part's own fault. */
  embed(input: PartInput): Promise<Outcome>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts an encoder's processes; resolves when all are warm. `kind` is a modality, or `<modality>:<suffix>`. */
export async function openEncoderPool(kind: string, processes: number, env: Env): Promise<EncoderPool> {
  const service = SERVICES[kind];
  if (service === undefined) throw new RangeError(`nothing here reads ${kind}`);
  const url = new URL(`../../../../services/${service}/dist/modality.js`, import.meta.url);
  const moduleUrl = pathToFileURL(fileURLToPath(url)).href;
  const definition = await loadDefinition(moduleUrl);
  const { inference } = readEncoderConfig(moduleUrl, definition, {
    ...OFFLINE,
    ...LARGER_BATCHES[kind],
    ...env,
  });
  const ignored = () => undefined;
  const clients = Array.from({ length: processes }, () => ({
    open: 0,
    client: new InferenceClient(inference, {
      onReady: ignored,
      onDeath: ignored,
      onBeat: ignored,
      onBatch: ignored,
      onBroken: (detail) => process.stderr.write(`${service}: ${detail}\n`),
    }),
  }));
  const dispose = async (): Promise<void> => {
    await Promise.all(clients.map(({ client }) => client[Symbol.asyncDispose]()));
  };
  const never = new AbortController().signal;
  // Every open part listens to it.
  setMaxListeners(0, never);
  try {
    const [ready] = await Promise.all(clients.map(({ client }) => client.start()));
    return {
      derives: definition.derives,
      encoderDigest: ready?.encoderDigest ?? '',
      models: ready?.models ?? [],
      absent: ready?.absent.map(({ name }) => name) ?? [],
      async embed(input) {
        const least = clients.reduce((best, one) => (one.open < best.open ? one : best));
        least.open += 1;
        try {
          return (await least.client.embed(input, never)).outcome;
        } finally {
          least.open -= 1;
        }
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
