import type { GraphBuilder } from '../onnx/graph-builder.js';
import { columnSums, quantiseColumns } from '../weights/int8.js';

/** A dense layer: `weights` row-major [inputs, outputs], `bias` [outputs]. */
export interface DenseWeights {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Writes y[rows, outputs] = x[rows, inputs] W + b. `range` says what x may hold. */
export type DenseWriter = (x: string, layer: DenseWeights, range: 'any' | 'gelu') => string;

export function float32Dense(graph: GraphBuilder): DenseWriter {
  return (x, { inputs, outputs, weights, bias }) =>
    graph.op('Add', [
      graph.op('MatMul', [x, graph.floats([inputs, outputs], weights)]),
      graph.floats([outputs], bias),
    ]);
}

/** No row may divide by zero: a row of zeros gets this scale. */
const SMALLEST_MAXIMUM = 1e-12;

/** GELU is nowhere below -0.16998; adding this makes its output a non-negative number. */
const GELU_OFFSET = 0.17;

/**
 * Dense layers in 8-bit integers. Each row of x is quantised with a scale of its own (the row's largest magnitude
 * over 127), so a row's result is the same whatever rows stand beside it; DynamicQuantizeLinear would take one scale
 * over all. Weights have one scale per output column. A GELU output is nearly non-negative: it is shifted to be so,
 * which gives it all 255 steps, and the shift is taken back in the bias.
 *
 * `rows` names any value of shape [rows, n]; it gives the zero points their length.
 */
export function int8Dense(graph: GraphBuilder, rows: string): DenseWriter {
  const rowCount = graph.op('Slice', [
    graph.op('Shape', [rows]),
    graph.int64s([1], [0]),
    graph.int64s([1], [1]),
  ]);
  const middle = graph.op('Expand', [graph.uint8s([1], [128]), rowCount]);
  const lowest = graph.op('Expand', [graph.uint8s([1], [0]), rowCount]);
  const middleScalar = graph.uint8s([], [128]);
  const lowestScalar = graph.uint8s([], [0]);
  const smallest = graph.floats([], [SMALLEST_MAXIMUM]);
  const steps127 = graph.floats([], [127]);
  const steps255 = graph.floats([], [255]);
  const offset = graph.floats([], [GELU_OFFSET]);

  return (x, { inputs, outputs, weights, bias }, range) => {
    const matrix = quantiseColumns(weights, inputs, outputs);
    const unsigned = range === 'gelu';
    const values = unsigned ? graph.op('Add', [x, offset]) : x;
    const magnitude = unsigned ? values : graph.op('Abs', [values]);
    const maximum = graph.op('ReduceMax', [magnitude], { axes: { ints: [1] }, keepdims: { int: 0 } });
    const scale = graph.op('Div', [graph.op('Max', [maximum, smallest]), unsigned ? steps255 : steps127]);
    const quantised = graph.op('QuantizeLinear', [values, scale, unsigned ? lowest : middle], {
      axis: { int: 0 },
    });
    const product = graph.op('MatMulInteger', [
      quantised,
      graph.int8s([inputs, outputs], matrix.values),
      unsigned ? lowestScalar : middleScalar,
    ]);
    const byRow = graph.op('DequantizeLinear', [product, scale], { axis: { int: 0 } });
    const byColumn = graph.op('Mul', [byRow, graph.floats([outputs], matrix.scales)]);
    const shiftBack = unsigned ? columnSums(matrix) : undefined;
    const wholeBias = shiftBack
      ? bias.map((value, column) => value - GELU_OFFSET * (shiftBack[column] as number))
      : bias;
    return graph.op('Add', [byColumn, graph.floats([outputs], wholeBias)]);
  };
}
