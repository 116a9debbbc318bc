import { InvalidInputError } from '@tercet/kit';
import { GraphBuilder } from '../onnx/graph-builder.js';
import type { WeightTensor } from '../weights/safetensors.js';
import { dequantise, readTflite, type TfliteModel, type TfliteOperator } from '../weights/tflite.js';

/** The schema's ActivationFunctionType, as far as the file uses it. */
const RELU6 = 3;
/** What stands behind the convolutions; the last writes the file's own output. */
const TAIL = ['MEAN', 'FULLY_CONNECTED', 'LOGISTIC', 'DEQUANTIZE'];

/** A value on its way through the convolutions, [batch, channels, height, width]. */
interface Plane {
  readonly value: string;
  readonly height: number;
  readonly width: number;
}

/**
 * Writes YAMNet (MobileNetV1, Howard et al. 2017, on log-mel patches) in binary32 from the published int8 file: its weights
 * times their scales; its activations, there int8 too, are left real. What the file does before its first convolution, the
 * spectrogram, is left out: the input is its result.
 *
 * Input `patches`, float32 [batch, 96, 64]: natural logarithm of mel magnitudes, 10 ms apart. Outputs `embedding`, float32
 * [batch, 1024], the mean over the last convolution; `scores`, float32 [batch, 521], each class by itself in 0..1. Rows do
 * not depend on each other. All sizes are those of the file.
 *
 * @throws InvalidInputError `undecodable` where the file is not a chain of convolutions, a mean and one dense layer.
 */
export function buildYamnet(file: Uint8Array): Uint8Array {
  const model = readTflite(file);
  const { convolutions, dense } = layersOf(model);
  const graph = new GraphBuilder('yamnet');
  const [, height = 0, width = 0, depth] = model.tensors[convolutions[0]?.inputs[0] ?? -1]?.shape ?? [];
  if (depth !== 1) throw unknown('an input of more than one channel');
  const input = graph.input('patches', 'float32', ['batch', height, width]);
  let plane: Plane = {
    value: graph.op('Unsqueeze', [input, graph.int64s([1], [1])]),
    height,
    width,
  };
  for (const convolution of convolutions) plane = convolve(graph, model, convolution, plane);
  const embedding = graph.op('ReduceMean', [plane.value], { axes: { ints: [2, 3] }, keepdims: { int: 0 } });
  const weights = constant(model, dense, 1);
  const bias = constant(model, dense, 2);
  const [classes = 0, dimension = 0] = weights.shape;
  const logits = graph.op(
    'Gemm',
    [embedding, graph.floats(weights.shape, weights.values), graph.floats(bias.shape, bias.values)],
    { transB: { int: 1 } },
  );
  graph.output('embedding', embedding, 'float32', ['batch', dimension]);
  graph.output('scores', graph.op('Sigmoid', [logits]), 'float32', ['batch', classes]);
  return graph.encode();
}

/** The convolutions, each reading the one before it, and the dense layer behind them. */
function layersOf(model: TfliteModel): {
  readonly convolutions: readonly TfliteOperator[];
  readonly dense: TfliteOperator;
} {
  const first = model.operators.findIndex(({ convolution }) => convolution !== undefined);
  const rest = first < 0 ? [] : model.operators.slice(first);
  const convolutions = rest.filter(({ convolution }) => convolution !== undefined);
  const tail = rest.slice(convolutions.length);
  if (tail.map(({ name }) => name).join() !== TAIL.join()) throw unknown('the operators');
  for (const [index, operator] of rest.entries()) {
    const before = rest[index - 1];
    if (before !== undefined && operator.inputs[0] !== before.outputs[0])
      throw unknown('operators that do not follow each other');
  }
  const [, dense] = tail;
  if (dense === undefined || model.outputs[0] !== rest.at(-1)?.outputs[0]) throw unknown('the output');
  return { convolutions, dense };
}

function convolve(graph: GraphBuilder, model: TfliteModel, operator: TfliteOperator, from: Plane): Plane {
  const { convolution, name } = operator;
  const kernel = constant(model, operator, 1);
  const bias = constant(model, operator, 2);
  const [outer = 0, kernelHeight = 0, kernelWidth = 0, inner = 0] = kernel.shape;
  const isDepthwise = name === 'DEPTHWISE_CONV_2D';
  // Depthwise kernels are [1, height, width, channels], the others [outputs, height, width, inputs].
  const [outputs, inputs] = isDepthwise ? [inner, 1] : [outer, inner];
  if (convolution?.padding !== 'same') throw unknown(`the padding of ${name}`);
  const { stride, activation } = convolution;
  const vertical = samePadding(from.height, kernelHeight, stride);
  const horizontal = samePadding(from.width, kernelWidth, stride);
  const sum = graph.op(
    'Conv',
    [
      from.value,
      graph.floats([outputs, inputs, kernelHeight, kernelWidth], channelsFirst(kernel, isDepthwise)),
      graph.floats(bias.shape, bias.values),
    ],
    {
      group: { int: isDepthwise ? outputs : 1 },
      kernel_shape: { ints: [kernelHeight, kernelWidth] },
      pads: { ints: [vertical.before, horizontal.before, vertical.after, horizontal.after] },
      strides: { ints: [stride, stride] },
    },
  );
  if (activation !== RELU6) throw unknown(`the activation of ${name}`);
  return {
    value: graph.op('Clip', [sum, graph.floats([], [0]), graph.floats([], [6])]),
    height: vertical.size,
    width: horizontal.size,
  };
}

/** TensorFlow's SAME: as many outputs as strides begin within the input; an odd pad goes behind it. */
function samePadding(size: number, kernel: number, stride: number) {
  const out = Math.ceil(size / stride);
  const total = Math.max(0, (out - 1) * stride + kernel - size);
  const before = Math.floor(total / 2);
  return { size: out, before, after: total - before };
}

/** A kernel as ONNX wants it, [outputs, inputs per group, height, width]. */
function channelsFirst({ shape, values }: WeightTensor, isDepthwise: boolean): Float32Array {
  const [outer = 0, height = 0, width = 0, inner = 0] = shape;
  const area = height * width;
  const out = new Float32Array(values.length);
  for (let o = 0; o < outer; o += 1)
    for (let at = 0; at < area; at += 1)
      for (let i = 0; i < inner; i += 1) {
        const target = isDepthwise ? i * area + at : (o * inner + i) * area + at;
        out[target] = values[(o * area + at) * inner + i] as number;
      }
  return out;
}

function constant(model: TfliteModel, operator: TfliteOperator, input: number): WeightTensor {
  const tensor = model.tensors[operator.inputs[input] ?? -1];
  if (tensor === undefined) throw unknown(`an operator without input ${input}`);
  return dequantise(tensor);
}

function unknown(detail: string): InvalidInputError {
  return new InvalidInputError('undecodable', `tflite model: the builder does not know ${detail}`);
}
