import { InvalidInputError } from '@tercet/kit';
import type { GraphBuilder } from '../onnx/graph-builder.js';
import type { Ctranslate2File } from '../weights/ctranslate2.js';
import { transpose } from '../weights/int8.js';
import { gelu } from './gelu.js';
import type { DenseWeights, DenseWriter } from './linear.js';

export type WhisperPrecision = 'fp32' | 'int8';

/** Each head's width, in every Whisper model (Radford et al. 2022). */
export const HEAD_WIDTH = 64;
const LAYER_NORM_EPSILON = 1e-5;

/** What differs between the sizes of Whisper. */
export interface WhisperShape {
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly vocabulary: number;
  /** Encoder positions of 20 ms: 1500. */
  readonly audioPositions: number;
  /** Decoder positions: 448. */
  readonly textPositions: number;
  readonly melBands: number;
}

/** Reads the shape off the tensors. @throws InvalidInputError `undecodable` where they are no Whisper that we write. */
export function whisperShape(file: Ctranslate2File): WhisperShape {
  if (file.specification !== 'WhisperSpec') throw unknown(`${file.specification} is no Whisper`);
  const [width = 0, melBands = 0] = file.shapeOf('encoder/conv1/weight');
  const [vocabulary = 0] = file.shapeOf('decoder/embeddings/weight');
  const [audioPositions = 0] = file.shapeOf('encoder/position_encodings/encodings');
  const [textPositions = 0] = file.shapeOf('decoder/position_encodings/encodings');
  const heads = file.scalar('encoder/num_heads');
  const count = (side: string): number => {
    let layers = 0;
    while (file.has(`${side}/layer_${layers}/ffn/linear_0/weight`)) layers += 1;
    return layers;
  };
  const layers = count('encoder');
  if (width !== heads * HEAD_WIDTH || layers !== count('decoder') || layers === 0)
    throw unknown(`${layers} layers of ${heads} heads and width ${width}`);
  return { width, heads, layers, vocabulary, audioPositions, textPositions, melBands };
}

export function normOf(
  graph: GraphBuilder,
  file: Ctranslate2File,
  width: number,
): (x: string, prefix: string) => string {
  return (x, prefix) =>
    graph.op(
      'LayerNormalization',
      [
        x,
        graph.floats([width], file.floats(`${prefix}/gamma`, [width])),
        graph.floats([width], file.floats(`${prefix}/beta`, [width])),
      ],
      { axis: { int: -1 }, epsilon: { float: LAYER_NORM_EPSILON } },
    );
}

/** Reads a dense layer, stored [outputs, inputs]; `scaled` first outputs are multiplied by 1/sqrt(head width): queries. */
export function readLayer(
  file: Ctranslate2File,
  name: string,
  inputs: number,
  outputs: number,
  scaled = 0,
): DenseWeights {
  const weights = transpose(file.floats(`${name}/weight`, [outputs, inputs]), outputs, inputs);
  const bias = file.floats(`${name}/bias`, [outputs]);
  const factor = 1 / Math.sqrt(HEAD_WIDTH);
  for (let column = 0; column < scaled; column += 1) {
    bias[column] = (bias[column] as number) * factor;
    for (let row = 0; row < inputs; row += 1)
      weights[row * outputs + column] = (weights[row * outputs + column] as number) * factor;
  }
  return { inputs, outputs, weights, bias };
}

/** Two dense layers with GELU between, added to x. */
export function feedForward(
  graph: GraphBuilder,
  file: Ctranslate2File,
  dense: DenseWriter,
  width: number,
): (x: string, prefix: string) => string {
  const norm = normOf(graph, file, width);
  return (x, prefix) => {
    const normed = norm(x, `${prefix}/layer_norm`);
    const inner = dense(normed, readLayer(file, `${prefix}/linear_0`, width, 4 * width), 'any');
    const outer = dense(gelu(graph, inner), readLayer(file, `${prefix}/linear_1`, 4 * width, width), 'gelu');
    return graph.op('Add', [x, outer]);
  };
}

/** Splits x = [rows, heads * 64] by head: `key` to [heads, 64, rows], so that scores need no transposition; else [heads, rows, 64]. */
export function byHead(graph: GraphBuilder, heads: number, x: string, as: 'key' | 'other'): string {
  const split = graph.op('Reshape', [x, graph.int64s([3], [-1, heads, HEAD_WIDTH])]);
  return graph.op('Transpose', [split], { perm: { ints: as === 'key' ? [1, 2, 0] : [1, 0, 2] } });
}

/** softmax(q k + bias) v, joined to [rows, width]. Queries are already divided by sqrt(head width). */
export function attended(
  graph: GraphBuilder,
  width: number,
  query: string,
  key: string,
  value: string,
  bias?: string,
): string {
  const product = graph.op('MatMul', [query, key]);
  const scores = bias === undefined ? product : graph.op('Add', [product, bias]);
  const context = graph.op('MatMul', [graph.op('Softmax', [scores], { axis: { int: -1 } }), value]);
  const joined = graph.op('Transpose', [context], { perm: { ints: [1, 0, 2] } });
  return graph.op('Reshape', [joined, graph.int64s([2], [-1, width])]);
}

function unknown(detail: string): InvalidInputError {
  return new InvalidInputError('undecodable', `Whisper weights: ${detail}`);
}
