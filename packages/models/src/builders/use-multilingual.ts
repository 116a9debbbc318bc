import { GraphBuilder } from '../onnx/graph-builder.js';
import { NpzFile } from '../weights/npz.js';

/** The shape of the Universal Sentence Encoder, multilingual, version 3, as its weights have it. */
const WIDTH = 512;
const BLOCKS = 17;
const BLOCK_ROWS = 7_530;
const VOCABULARY = BLOCKS * BLOCK_ROWS;
const BRANCH_WIDTH = 256;
/** Of each branch: tokens that a window spans, and how many of them lie before its own. */
const BRANCHES = [
  { tokens: 2, before: 0 },
  { tokens: 3, before: 1 },
  { tokens: 5, before: 2 },
] as const;
const PROJECTED = BRANCHES.length * BRANCH_WIDTH;
const FEATURES = WIDTH + PROJECTED;
const INNER_WIDTH = 320;
const EPSILON = 1e-12;

/**
 * Writes the Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2019) from a numpy archive of its weights:
 * token vectors, three branches of convolutions over them, a sum over the text, a residual network.
 *
 * Inputs `input_ids` and `attention_mask`, int64 [batch, tokens]. Output `embedding`, float32 [batch, 512], of length 1.
 * Padded positions (mask 0) change no other row: to a convolution they are the zeros beyond a text's end.
 */
export function buildUseMultilingual(weights: Uint8Array): Uint8Array {
  const file = new NpzFile(weights);
  const graph = new GraphBuilder('universal-sentence-encoder-multilingual-3');
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens']);
  const present = graph.op('Unsqueeze', [
    graph.op('Cast', [mask], { to: { int: 1 } }),
    graph.int64s([1], [2]),
  ]);

  const tokens = embedTokens(graph, file, ids);
  const features = graph.op('Concat', [tokens, ...convolve(graph, file, tokens, present)], {
    axis: { int: 2 },
  });
  const sentence = pool(graph, file, norm(graph, features, FEATURES, file, 'ln_g', 'ln_b'), present);
  graph.output('embedding', residual(graph, file, sentence), 'float32', ['batch', WIDTH]);
  return graph.encode();
}

/** Token vectors [batch, tokens, 512]: a byte each, with a scale and an offset for every seventeenth token. */
function embedTokens(graph: GraphBuilder, file: NpzFile, ids: string): string {
  const table = new Uint8Array(VOCABULARY * WIDTH);
  for (let block = 0; block < BLOCKS; block += 1) {
    const rows = file.bytes(`q${block + 1}`, [BLOCK_ROWS, WIDTH]);
    for (let row = 0; row < BLOCK_ROWS; row += 1)
      table.set(rows.subarray(row * WIDTH, (row + 1) * WIDTH), (row * BLOCKS + block) * WIDTH);
  }
  const block = graph.op('Unsqueeze', [
    graph.op('Mod', [ids, graph.int64s([], [BLOCKS])]),
    graph.int64s([1], [2]),
  ]);
  const ofBlock = (name: string): string =>
    graph.op('Gather', [graph.floats([BLOCKS], file.floats(name, [BLOCKS])), block]);
  const rows = graph.op('Gather', [graph.uint8s([VOCABULARY, WIDTH], table), ids]);
  const values = graph.op('Cast', [rows], { to: { int: 1 } });
  return graph.op('Add', [graph.op('Mul', [values, ofBlock('scale')]), ofBlock('lo')]);
}

/** What each branch makes of the tokens, [batch, tokens, 256] each: two convolutions, each added to what it read. */
function convolve(graph: GraphBuilder, file: NpzFile, tokens: string, present: string): string[] {
  const named = (name: string, dims: readonly number[]): Float32Array[] =>
    BRANCHES.map((branch) => file.floats(`${name}${branch.tokens}`, dims));
  const joined = (name: string): string => graph.floats([PROJECTED], concat(named(name, [BRANCH_WIDTH])));
  const projection = graph.floats(
    [WIDTH, PROJECTED],
    sideBySide(named('proj', [WIDTH, BRANCH_WIDTH]), WIDTH, BRANCH_WIDTH),
  );
  const projected = graph.op('Add', [graph.op('MatMul', [tokens, projection]), joined('proj_b')]);
  const normalised = graph.op('LayerNormalization', [projected, joined('ln_g'), joined('ln_b')], {
    axis: { int: -1 },
    epsilon: { float: EPSILON },
  });
  const parts = graph.ops('Split', [graph.op('Mul', [normalised, present])], BRANCHES.length, {
    axis: { int: 2 },
  });
  return BRANCHES.map((branch, index) => {
    const layer = (x: string, which: 1 | 2): string => {
      const name = `${which}_${branch.tokens}`;
      const inputs = branch.tokens * BRANCH_WIDTH;
      const kernel = graph.floats([inputs, BRANCH_WIDTH], file.floats(`w${name}`, [inputs, BRANCH_WIDTH]));
      const bias = graph.floats([BRANCH_WIDTH], file.floats(`b${name}`, [BRANCH_WIDTH]));
      const sum = graph.op('Add', [graph.op('MatMul', [windows(graph, x, branch), kernel]), bias]);
      return graph.op('Add', [graph.op('Relu', [sum]), x]);
    };
    const first = graph.op('Mul', [layer(parts[index] as string, 1), present]);
    return layer(first, 2);
  });
}

/** Each token's neighbours beside each other, [batch, tokens, n * 256], zeros beyond the ends. */
function windows(graph: GraphBuilder, x: string, branch: (typeof BRANCHES)[number]): string {
  const after = branch.tokens - 1 - branch.before;
  const padded = graph.op('Pad', [x, graph.int64s([6], [0, branch.before, 0, 0, after, 0])]);
  const count = graph.op('Slice', [graph.op('Shape', [x]), graph.int64s([1], [1]), graph.int64s([1], [2])]);
  const shifted = Array.from({ length: branch.tokens }, (_, from) => {
    const start = graph.int64s([1], [from]);
    return graph.op('Slice', [padded, start, graph.op('Add', [count, start]), graph.int64s([1], [1])]);
  });
  return graph.op('Concat', shifted, { axis: { int: 2 } });
}

/** Sum over real tokens, projected, over the root of their number: [batch, 512]. */
function pool(graph: GraphBuilder, file: NpzFile, features: string, present: string): string {
  const axes = graph.int64s([1], [1]);
  const total = graph.op('ReduceSum', [graph.op('Mul', [features, present]), axes], { keepdims: { int: 0 } });
  const count = graph.op('Max', [
    graph.op('ReduceSum', [present, axes], { keepdims: { int: 0 } }),
    graph.floats([], [1]),
  ]);
  const projected = graph.op('MatMul', [total, dense(graph, file, 'cnn_W', FEATURES, WIDTH)]);
  const bias = graph.op('Mul', [count, graph.floats([1, WIDTH], file.floats('cnn_b', [WIDTH]))]);
  return graph.op('Div', [graph.op('Add', [projected, bias]), graph.op('Sqrt', [count])]);
}

function residual(graph: GraphBuilder, file: NpzFile, x: string): string {
  const times = (value: string, name: string, inputs: number, outputs: number): string =>
    graph.op('MatMul', [value, dense(graph, file, name, inputs, outputs)]);
  const y0 = graph.op('Relu', [times(x, 'd0', WIDTH, INNER_WIDTH)]);
  const y1 = graph.op('Relu', [
    graph.op('Add', [times(x, 'p1', WIDTH, INNER_WIDTH), times(y0, 'd1', INNER_WIDTH, INNER_WIDTH)]),
  ]);
  const y2 = graph.op('Relu', [times(y1, 'd2', INNER_WIDTH, WIDTH)]);
  const z = graph.op('Tanh', [
    graph.op('Add', [times(y1, 'p3', INNER_WIDTH, WIDTH), times(y2, 'd3', WIDTH, WIDTH)]),
  ]);
  return graph.op('LpNormalization', [z], { axis: { int: -1 }, p: { int: 2 } });
}

function dense(graph: GraphBuilder, file: NpzFile, name: string, inputs: number, outputs: number): string {
  return graph.floats([inputs, outputs], file.floats(name, [inputs, outputs]));
}

function norm(
  graph: GraphBuilder,
  x: string,
  width: number,
  file: NpzFile,
  gain: string,
  bias: string,
): string {
  return graph.op(
    'LayerNormalization',
    [x, graph.floats([width], file.floats(gain, [width])), graph.floats([width], file.floats(bias, [width]))],
    { axis: { int: -1 }, epsilon: { float: EPSILON } },
  );
}

function concat(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

/** Matrices of the same number of rows, side by side. */
function sideBySide(parts: readonly Float32Array[], rows: number, columns: number): Float32Array {
  const joined = new Float32Array(rows * columns * parts.length);
  for (const [index, part] of parts.entries())
    for (let row = 0; row < rows; row += 1)
      joined.set(part.subarray(row * columns, (row + 1) * columns), (row * parts.length + index) * columns);
  return joined;
}
