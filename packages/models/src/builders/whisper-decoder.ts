import { GraphBuilder } from '../onnx/graph-builder.js';
import { Ctranslate2File } from '../weights/ctranslate2.js';
import { quantiseColumns, transpose } from '../weights/int8.js';
import { type DenseWriter, float32Dense, int8Dense } from './linear.js';
import {
  attended,
  byHead,
  feedForward,
  HEAD_WIDTH,
  normOf,
  readLayer,
  type WhisperPrecision,
  type WhisperShape,
  whisperShape,
} from './whisper-layers.js';

/** Added to the score of a later token; exp() of it is exactly 0. */
const MASKED = -1e9;

/**
 * Writes one step of Whisper's decoder (Radford et al. 2022) with a cache of keys and values.
 *
 * Inputs: `tokens` int64 [n], the tokens that follow what the cache holds; for each layer i `past_key.i`
 * [heads, 64, past], `past_value.i` [heads, past, 64] (past 0 at first), and the encoder's `cross_key.i`
 * [heads, 64, positions], `cross_value.i` [heads, positions, 64]. Outputs: `logits` float32 [n, vocabulary], and the grown
 * cache `key.i`, `value.i`. past + n at most 448.
 */
export function buildWhisperDecoder(weights: Uint8Array, precision: WhisperPrecision): Uint8Array {
  const file = new Ctranslate2File(weights);
  const shape = whisperShape(file);
  const { width, heads, layers, vocabulary, textPositions } = shape;
  const graph = new GraphBuilder(`whisper-decoder-${precision}`);
  const norm = normOf(graph, file, width);
  const tokens = graph.input('tokens', 'int64', ['n']);
  const perLayer = Array.from({ length: layers }, (_, index) => ({
    pastKey: graph.input(`past_key.${index}`, 'float32', [heads, HEAD_WIDTH, 'past']),
    pastValue: graph.input(`past_value.${index}`, 'float32', [heads, 'past', HEAD_WIDTH]),
    crossKey: graph.input(`cross_key.${index}`, 'float32', [heads, HEAD_WIDTH, 'positions']),
    crossValue: graph.input(`cross_value.${index}`, 'float32', [heads, 'positions', HEAD_WIDTH]),
  }));

  const past = graph.op('Slice', [
    graph.op('Shape', [perLayer[0]?.pastKey ?? '']),
    graph.int64s([1], [2]),
    graph.int64s([1], [3]),
  ]);
  const end = graph.op('Add', [past, graph.op('Shape', [tokens])]);
  const table = file.floats('decoder/position_encodings/encodings', [textPositions, width]);
  const positions = graph.op('Slice', [
    graph.floats([textPositions, width], table),
    past,
    end,
    graph.int64s([1], [0]),
  ]);
  const words = wordTable(graph, file, shape, precision);
  let x = graph.op('Add', [words.embed(tokens), positions]);
  const bias = laterTokens(graph, past, end);

  const dense: DenseWriter = precision === 'int8' ? int8Dense(graph, x) : float32Dense(graph);
  const forward = feedForward(graph, file, dense, width);
  perLayer.forEach(({ pastKey, pastValue, crossKey, crossValue }, index) => {
    const own = `decoder/layer_${index}/self_attention`;
    const joined = dense(
      norm(x, `${own}/layer_norm`),
      readLayer(file, `${own}/linear_0`, width, 3 * width, width),
      'any',
    );
    const [query, newKey, newValue] = graph.ops('Split', [joined], 3, { axis: { int: 1 } }) as [
      string,
      string,
      string,
    ];
    const key = graph.op('Concat', [pastKey, byHead(graph, heads, newKey, 'key')], { axis: { int: 2 } });
    const value = graph.op('Concat', [pastValue, byHead(graph, heads, newValue, 'other')], {
      axis: { int: 1 },
    });
    const heard = attended(graph, width, byHead(graph, heads, query, 'other'), key, value, bias);
    x = graph.op('Add', [x, dense(heard, readLayer(file, `${own}/linear_1`, width, width), 'any')]);

    const cross = `decoder/layer_${index}/attention`;
    const asked = dense(
      norm(x, `${cross}/layer_norm`),
      readLayer(file, `${cross}/linear_0`, width, width, width),
      'any',
    );
    const found = attended(graph, width, byHead(graph, heads, asked, 'other'), crossKey, crossValue);
    x = graph.op('Add', [x, dense(found, readLayer(file, `${cross}/linear_2`, width, width), 'any')]);
    x = forward(x, `decoder/layer_${index}/ffn`);
    graph.output(`key.${index}`, key, 'float32', [heads, HEAD_WIDTH, 'length']);
    graph.output(`value.${index}`, value, 'float32', [heads, 'length', HEAD_WIDTH]);
  });
  const logits = words.project(norm(x, 'decoder/layer_norm'), dense);
  graph.output('logits', logits, 'float32', ['n', vocabulary]);
  return graph.encode();
}

/** [n, past + n]: 0 where a token may look, a very low score at those that come after it. */
function laterTokens(graph: GraphBuilder, past: string, end: string): string {
  const scalar = (value: string): string => graph.op('Squeeze', [value, graph.int64s([1], [0])]);
  const [zero, one] = [graph.int64s([], [0]), graph.int64s([], [1])];
  const all = graph.op('Range', [zero, scalar(end), one]);
  const rows = graph.op('Unsqueeze', [
    graph.op('Range', [scalar(past), scalar(end), one]),
    graph.int64s([1], [1]),
  ]);
  return graph.op('Where', [
    graph.op('Greater', [all, rows]),
    graph.floats([], [MASKED]),
    graph.floats([], [0]),
  ]);
}

/**
 * The word table, which embeds tokens and projects to logits alike. It is held once, as [width, vocabulary]: a step embeds few
 * tokens, and projects to all.
 */
function wordTable(
  graph: GraphBuilder,
  file: Ctranslate2File,
  { width, vocabulary }: WhisperShape,
  precision: WhisperPrecision,
) {
  const stored = file.floats('decoder/embeddings/weight', [vocabulary, width]);
  const byColumn = transpose(stored, vocabulary, width);
  const turn = (columns: string): string => graph.op('Transpose', [columns], { perm: { ints: [1, 0] } });
  if (precision === 'fp32') {
    const table = graph.floats([width, vocabulary], byColumn);
    return {
      embed: (tokens: string) => turn(graph.op('Gather', [table, tokens], { axis: { int: 1 } })),
      project: (x: string) => graph.op('MatMul', [x, table]),
    };
  }
  const { values, scales } = quantiseColumns(byColumn, width, vocabulary);
  const table = graph.int8s([width, vocabulary], values);
  const scaleOf = graph.floats([vocabulary], scales);
  return {
    embed: (tokens: string) =>
      turn(
        graph.op('Mul', [
          graph.op('Cast', [graph.op('Gather', [table, tokens], { axis: { int: 1 } })], { to: { int: 1 } }),
          graph.op('Gather', [scaleOf, tokens]),
        ]),
      ),
    project: (x: string, dense: DenseWriter) =>
      dense(
        x,
        {
          inputs: width,
          outputs: vocabulary,
          weights: byColumn,
          bias: new Float32Array(vocabulary),
        },
        'any',
      ),
  };
}
