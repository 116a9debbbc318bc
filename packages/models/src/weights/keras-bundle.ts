import { InvalidInputError } from '@tercet/kit';
import { z } from 'zod';
import type { WeightTensor } from './safetensors.js';

const layerSchema = z.object({
  name: z.string(),
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** Keras' form: one call, whose inputs are [layer, node index, tensor index, arguments]. */
  inbound_nodes: z.array(z.array(z.tuple([z.string()]).rest(z.unknown()))).max(1),
});

const bundleSchema = z.object({
  modelTopology: z.object({
    model_config: z.object({ config: z.object({ layers: z.array(layerSchema) }) }),
  }),
  weightsManifest: z
    .array(
      z.object({
        weights: z.array(
          z.object({
            name: z.string(),
            shape: z.array(z.number().int().positive()),
            quantization: z.object({ min: z.number(), scale: z.number(), dtype: z.literal('uint8') }),
          }),
        ),
      }),
    )
    .length(1),
});

export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers whose outputs it takes. */
  readonly inputs: readonly string[];
}

export interface KerasModel {
  /** In the order of the file, which is topological. */
  readonly layers: readonly KerasLayer[];
  readonly weights: ReadonlyMap<string, WeightTensor>;
}

/**
 * Reads a TensorFlow.js layers model that was bundled into two JavaScript files: the topology as an object literal,
 * the uint8-quantised weights as one base64 string. Neither file is executed.
 *
 * @throws InvalidInputError `undecodable`.
 */
export function readKerasBundle(modelScript: Uint8Array, weightsScript: Uint8Array): KerasModel {
  const decoder = new TextDecoder();
  const parsed = bundleSchema.safeParse(exportedLiteral(decoder.decode(modelScript)));
  if (!parsed.success) throw broken('the topology is not that of a quantised layers model');
  const { modelTopology, weightsManifest } = parsed.data;
  const base64 = /exports="([A-Za-z0-9+/=]+)"/.exec(decoder.decode(weightsScript))?.[1];
  if (base64 === undefined) throw broken('the weights are not a base64 string');
  return {
    layers: modelTopology.model_config.config.layers.map((layer) => ({
      name: layer.name,
      className: layer.class_name,
      config: layer.config,
      inputs: (layer.inbound_nodes[0] ?? []).map(([name]) => name),
    })),
    weights: dequantise(weightsManifest[0]?.weights ?? [], Buffer.from(base64, 'base64')),
  };
}

/** value = integer * scale + min, tensors one after another. */
function dequantise(
  specs: z.infer<typeof bundleSchema>['weightsManifest'][number]['weights'],
  bytes: Uint8Array,
): Map<string, WeightTensor> {
  const weights = new Map<string, WeightTensor>();
  let at = 0;
  for (const { name, shape, quantization } of specs) {
    const count = shape.reduce((product, dim) => product * dim, 1);
    const { scale, min } = quantization;
    const integers = bytes.subarray(at, at + count);
    weights.set(name, { shape, values: Float32Array.from(integers, (integer) => integer * scale + min) });
    at += count;
  }
  if (at !== bytes.byteLength) throw broken(`the weights hold ${bytes.byteLength} values, not ${at}`);
  return weights;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|!0|!1|[A-Za-z_$][\w$]*|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[{}[\],:-]/y;

/** Reads the object literal behind `exports=` as JSON: minified keys lack quotes, booleans are !0 and !1. */
function exportedLiteral(script: string): unknown {
  const start = script.indexOf('exports={modelTopology');
  if (start < 0) throw broken('the script exports no topology');
  TOKEN.lastIndex = script.indexOf('{', start);
  const json: string[] = [];
  let depth = 0;
  do {
    const token = TOKEN.exec(script)?.[0];
    if (token === undefined) throw broken('the topology is not a plain object literal');
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    json.push(asJson(token));
  } while (depth > 0);
  try {
    return JSON.parse(json.join(''));
  } catch (cause) {
    throw broken('the topology is not a plain object literal', cause);
  }
}

function asJson(token: string): string {
  if (token === '!0') return 'true';
  if (token === '!1') return 'false';
  if (token === 'null') return token;
  if (token.startsWith('.')) return `0${token}`;
  return /^[A-Za-z_$]/.test(token) ? `"${token}"` : token;
}

function broken(detail: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError(
    'undecodable',
    `layers model: ${detail}`,
    cause === undefined ? {} : { cause },
  );
}
