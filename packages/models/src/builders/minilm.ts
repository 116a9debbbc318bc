import { GraphBuilder } from '../onnx/graph-builder.js';
import { quantiseColumns, transpose } from '../weights/int8.js';
import { SafetensorsFile } from '../weights/safetensors.js';
import { gelu } from './gelu.js';
import { type DenseWeights, type DenseWriter, float32Dense, int8Dense } from './linear.js';

export type Precision = 'fp32' | 'int8';

/** The shape of all-MiniLM-L6-v2, from its config.json. */
const WIDTH = 384;
const INNER_WIDTH = 1536;
const LAYERS = 6;
const HEADS = 12;
const HEAD_WIDTH = WIDTH / HEADS;
const VOCABULARY = 30_522;
const POSITIONS = 512;
const LAYER_NORM_EPSILON = 1e-12;

/** Added to a masked score; exp() of it is exactly 0, so padding adds nothing at all to a real row. */
const MASKED = -1e9;

/**
 * Writes all-MiniLM-L6-v2 (BERT, 6 layers, mean pooling, L2 norm; Reimers and Gurevych 2019, Wang et al. 2020) from
 * its safetensors weights.
 *
 * Inputs `input_ids` and `attention_mask`, int64 [batch, tokens], tokens at most 512. Output `embedding`, float32
 * [batch, 384], of length 1. Padded positions (mask 0) change no other row.
 */
export function buildMinilm(weights: Uint8Array, precision: Precision): Uint8Array {
  const file = new SafetensorsFile(weights);
  const graph = new GraphBuilder(`all-MiniLM-L6-v2-${precision}`);
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens']);
  const maskFloat = graph.op('Cast', [mask], { to: { int: 1 } });

  const norm = (x: string, prefix: string): string =>
    graph.op(
      'LayerNormalization',
      [
        x,
        graph.floats([WIDTH], file.read(`${prefix}.LayerNorm.weight`, [WIDTH]).values),
        graph.floats([WIDTH], file.read(`${prefix}.LayerNorm.bias`, [WIDTH]).values),
      ],
      { axis: { int: -1 }, epsilon: { float: LAYER_NORM_EPSILON } },
    );

  const embedded = norm(embedTokens(graph, file, ids, precision), 'embeddings');
  let hidden = graph.op('Reshape', [embedded, graph.int64s([2], [-1, WIDTH])]);
  const dense: DenseWriter = precision === 'int8' ? int8Dense(graph, hidden) : float32Dense(graph);
  const attend = attention(graph, ids, maskFloat);

  for (let index = 0; index < LAYERS; index += 1) {
    const prefix = `encoder.layer.${index}`;
    const context = attend(dense(hidden, queryKeyValue(file, `${prefix}.attention.self`), 'any'));
    const projected = dense(
      context,
      readDense(file, `${prefix}.attention.output.dense`, WIDTH, WIDTH),
      'any',
    );
    const attended = norm(graph.op('Add', [projected, hidden]), `${prefix}.attention.output`);
    const inner = dense(attended, readDense(file, `${prefix}.intermediate.dense`, WIDTH, INNER_WIDTH), 'any');
    const outer = dense(
      gelu(graph, inner),
      readDense(file, `${prefix}.output.dense`, INNER_WIDTH, WIDTH),
      'gelu',
    );
    hidden = norm(graph.op('Add', [outer, attended]), `${prefix}.output`);
  }

  graph.output('embedding', pool(graph, hidden, ids, maskFloat), 'float32', ['batch', WIDTH]);
  return graph.encode();
}

/** Word + position + type embeddings [batch, tokens, 384]. The type is always 0, so its row joins the positions. */
function embedTokens(graph: GraphBuilder, file: SafetensorsFile, ids: string, precision: Precision): string {
  const words = file.read('embeddings.word_embeddings.weight', [VOCABULARY, WIDTH]).values;
  const positions = file.read('embeddings.position_embeddings.weight', [POSITIONS, WIDTH]).values;
  const type = file.read('embeddings.token_type_embeddings.weight', [2, WIDTH]).values;
  const table = graph.floats(
    [POSITIONS, WIDTH],
    positions.map((value, index) => value + (type[index % WIDTH] as number)),
  );
  const tokens = graph.op('Slice', [
    graph.op('Shape', [ids]),
    graph.int64s([1], [1]),
    graph.int64s([1], [2]),
  ]);
  const used = graph.op('Slice', [table, graph.int64s([1], [0]), tokens, graph.int64s([1], [0])]);
  return graph.op('Add', [gatherWords(graph, words, ids, precision), used]);
}

function gatherWords(graph: GraphBuilder, words: Float32Array, ids: string, precision: Precision): string {
  if (precision === 'fp32') return graph.op('Gather', [graph.floats([VOCABULARY, WIDTH], words), ids]);
  const byWord = quantiseColumns(transpose(words, VOCABULARY, WIDTH), WIDTH, VOCABULARY);
  const values = new Int8Array(byWord.values.length);
  for (let word = 0; word < VOCABULARY; word += 1) {
    for (let column = 0; column < WIDTH; column += 1) {
      values[word * WIDTH + column] = byWord.values[column * VOCABULARY + word] as number;
    }
  }
  const rows = graph.op('Gather', [graph.int8s([VOCABULARY, WIDTH], values), ids]);
  const scales = graph.op('Gather', [graph.floats([VOCABULARY, 1], byWord.scales), ids]);
  return graph.op('Mul', [graph.op('Cast', [rows], { to: { int: 1 } }), scales]);
}

/** Scaled dot-product attention over x = [rows, 3 * 384]; queries are already divided by sqrt(head width). */
function attention(graph: GraphBuilder, ids: string, mask: string): (x: string) => string {
  const split = graph.op('Concat', [graph.op('Shape', [ids]), graph.int64s([2], [HEADS, HEAD_WIDTH])], {
    axis: { int: 0 },
  });
  const joined = graph.int64s([2], [-1, WIDTH]);
  const absent = graph.op('Mul', [
    graph.op('Sub', [graph.floats([], [1]), mask]),
    graph.floats([], [MASKED]),
  ]);
  const bias = graph.op('Unsqueeze', [absent, graph.int64s([2], [1, 2])]);
  return (x) => {
    const [query, key, value] = graph.ops('Split', [x], 3, { axis: { int: 1 } }).map((part, index) =>
      graph.op('Transpose', [graph.op('Reshape', [part, split])], {
        perm: { ints: index === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3] },
      }),
    ) as [string, string, string];
    const scores = graph.op('Add', [graph.op('MatMul', [query, key]), bias]);
    const weights = graph.op('Softmax', [scores], { axis: { int: -1 } });
    const context = graph.op('MatMul', [weights, value]);
    return graph.op('Reshape', [graph.op('Transpose', [context], { perm: { ints: [0, 2, 1, 3] } }), joined]);
  };
}

/** Mean over real tokens, then L2 norm: [batch, 384]. */
function pool(graph: GraphBuilder, hidden: string, ids: string, mask: string): string {
  const shape = graph.op('Concat', [graph.op('Shape', [ids]), graph.int64s([1], [WIDTH])], {
    axis: { int: 0 },
  });
  const weights = graph.op('Unsqueeze', [mask, graph.int64s([1], [2])]);
  const axes = graph.int64s([1], [1]);
  const sum = graph.op(
    'ReduceSum',
    [graph.op('Mul', [graph.op('Reshape', [hidden, shape]), weights]), axes],
    { keepdims: { int: 0 } },
  );
  const count = graph.op('ReduceSum', [weights, axes], { keepdims: { int: 0 } });
  const mean = graph.op('Div', [sum, graph.op('Max', [count, graph.floats([], [1])])]);
  return graph.op('LpNormalization', [mean], { axis: { int: -1 }, p: { int: 2 } });
}

function readDense(file: SafetensorsFile, name: string, inputs: number, outputs: number): DenseWeights {
  const weights = transpose(file.read(`${name}.weight`, [outputs, inputs]).values, outputs, inputs);
  return { inputs, outputs, weights, bias: file.read(`${name}.bias`, [outputs]).values };
}

/** The three projections as one layer of 3 * 384 outputs, so that a row is quantised once for all of them. */
function queryKeyValue(file: SafetensorsFile, prefix: string): DenseWeights {
  const outputs = 3 * WIDTH;
  const weights = new Float32Array(WIDTH * outputs);
  const bias = new Float32Array(outputs);
  ['query', 'key', 'value'].forEach((name, part) => {
    const factor = name === 'query' ? 1 / Math.sqrt(HEAD_WIDTH) : 1;
    const layer = readDense(file, `${prefix}.${name}`, WIDTH, WIDTH);
    for (let row = 0; row < WIDTH; row += 1) {
      for (let column = 0; column < WIDTH; column += 1) {
        weights[row * outputs + part * WIDTH + column] =
          (layer.weights[row * WIDTH + column] as number) * factor;
      }
    }
    layer.bias.forEach((value, column) => {
      bias[part * WIDTH + column] = value * factor;
    });
  });
  return { inputs: WIDTH, outputs, weights, bias };
}
