import { GraphBuilder } from '../onnx/graph-builder.js';
import { Ctranslate2File } from '../weights/ctranslate2.js';
import { gelu } from './gelu.js';
import { type DenseWriter, float32Dense, int8Dense } from './linear.js';
import { logMel } from './log-mel.js';
import {
  attended,
  byHead,
  feedForward,
  HEAD_WIDTH,
  normOf,
  readLayer,
  type WhisperPrecision,
  whisperShape,
} from './whisper-layers.js';

/**
 * Writes Whisper's encoder (Radford et al. 2022) with its log-mel front end, and what the decoder attends to.
 *
 * Input `samples`, float32 [1, 1, 400 + 160 n], n even and at most 3000, mirrored at both ends by 200. Outputs `mel`
 * [1, 80, n], `hidden` [n / 2, width], and for each decoder layer i `cross_key.i` [heads, 64, n / 2] and `cross_value.i`
 * [heads, n / 2, 64], so that no step of the decoder computes them again.
 */
export function buildWhisperEncoder(weights: Uint8Array, precision: WhisperPrecision): Uint8Array {
  const file = new Ctranslate2File(weights);
  const shape = whisperShape(file);
  const { width, heads, layers, melBands, audioPositions } = shape;
  const graph = new GraphBuilder(`whisper-encoder-${precision}`);
  const norm = normOf(graph, file, width);

  const mel = logMel(graph, graph.input('samples', 'float32', [1, 1, 'samples']), melBands);
  let x = convolved(graph, file, mel, 'encoder/conv1', [width, melBands, 3], 1);
  x = convolved(graph, file, x, 'encoder/conv2', [width, width, 3], 2);
  x = graph.op('Reshape', [
    graph.op('Transpose', [x], { perm: { ints: [0, 2, 1] } }),
    graph.int64s([2], [-1, width]),
  ]);
  const table = file.floats('encoder/position_encodings/encodings', [audioPositions, width]);
  const used = graph.op('Slice', [graph.op('Shape', [x]), graph.int64s([1], [0]), graph.int64s([1], [1])]);
  const positions = graph.op('Slice', [
    graph.floats([audioPositions, width], table),
    graph.int64s([1], [0]),
    used,
    graph.int64s([1], [0]),
  ]);
  x = graph.op('Add', [x, positions]);

  const dense: DenseWriter = precision === 'int8' ? int8Dense(graph, x) : float32Dense(graph);
  const forward = feedForward(graph, file, dense, width);
  for (let index = 0; index < layers; index += 1) {
    const prefix = `encoder/layer_${index}/self_attention`;
    const normed = norm(x, `${prefix}/layer_norm`);
    const joined = dense(normed, readLayer(file, `${prefix}/linear_0`, width, 3 * width, width), 'any');
    const [query, key, value] = graph.ops('Split', [joined], 3, { axis: { int: 1 } }) as [
      string,
      string,
      string,
    ];
    const context = attended(
      graph,
      width,
      byHead(graph, heads, query, 'other'),
      byHead(graph, heads, key, 'key'),
      byHead(graph, heads, value, 'other'),
    );
    x = graph.op('Add', [x, dense(context, readLayer(file, `${prefix}/linear_1`, width, width), 'any')]);
    x = forward(x, `encoder/layer_${index}/ffn`);
  }
  const hidden = norm(x, 'encoder/layer_norm');

  graph.output('mel', mel, 'float32', [1, melBands, 'frames']);
  graph.output('hidden', hidden, 'float32', ['positions', width]);
  for (let index = 0; index < layers; index += 1) {
    const layer = readLayer(file, `decoder/layer_${index}/attention/linear_1`, width, 2 * width);
    const [key, value] = graph.ops('Split', [dense(hidden, layer, 'any')], 2, { axis: { int: 1 } }) as [
      string,
      string,
    ];
    graph.output(`cross_key.${index}`, byHead(graph, heads, key, 'key'), 'float32', [
      heads,
      HEAD_WIDTH,
      'positions',
    ]);
    graph.output(`cross_value.${index}`, byHead(graph, heads, value, 'other'), 'float32', [
      heads,
      'positions',
      HEAD_WIDTH,
    ]);
  }
  return graph.encode();
}

function convolved(
  graph: GraphBuilder,
  file: Ctranslate2File,
  x: string,
  name: string,
  dims: readonly [number, number, number],
  stride: number,
): string {
  const kernel = graph.floats(dims, file.floats(`${name}/weight`, dims));
  const bias = graph.floats([dims[0]], file.floats(`${name}/bias`, [dims[0]]));
  const attributes = { strides: { ints: [stride] }, pads: { ints: [1, 1] } };
  return gelu(graph, graph.op('Conv', [x, kernel, bias], attributes));
}
