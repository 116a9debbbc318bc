import type { GraphBuilder } from '../onnx/graph-builder.js';

/** x * 0.5 * (1 + erf(x / sqrt 2)); Hendrycks and Gimpel 2016. */
export function gelu(graph: GraphBuilder, x: string): string {
  const erf = graph.op('Erf', [graph.op('Div', [x, graph.floats([], [Math.SQRT2])])]);
  return graph.op('Mul', [
    graph.op('Mul', [x, graph.op('Add', [erf, graph.floats([], [1])])]),
    graph.floats([], [0.5]),
  ]);
}
