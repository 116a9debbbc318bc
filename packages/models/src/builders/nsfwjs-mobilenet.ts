import { InvalidInputError } from '@tercet/kit';
import { GraphBuilder } from '../onnx/graph-builder.js';
import { type KerasLayer, type KerasModel, readKerasBundle } from '../weights/keras-bundle.js';

const SIDE = 224;
const CONVOLUTIONS = new Set(['Conv2D', 'DepthwiseConv2D']);

/** A convolution that waits for the batch normalisation behind it, to be written as one node. */
interface OpenConvolution {
  readonly input: string;
  /** ONNX layout [outputs, inputs per group, height, width]. */
  readonly weights: Float32Array;
  readonly dims: readonly [number, number, number, number];
  readonly group: number;
  readonly stride: number;
  readonly pads: readonly [number, number, number, number];
}

/**
 * Writes nsfwjs' MobileNetV2 (Sandler et al. 2018, with a head of three dense layers) from its two bundle files.
 *
 * Input `input`, float32 [batch, 224, 224, 3], RGB 0..1. Outputs `features`, float32 [batch, 1280], the pooled last
 * convolution; `probabilities`, float32 [batch, 5]: drawing, hentai, neutral, porn, sexy. Batch normalisations are
 * folded into their convolutions. Rows do not depend on each other.
 */
export function buildNsfwjsMobilenet(modelScript: Uint8Array, weightsScript: Uint8Array): Uint8Array {
  const writer = new MobilenetWriter(readKerasBundle(modelScript, weightsScript));
  return writer.write();
}

class MobilenetWriter {
  readonly #graph = new GraphBuilder('nsfwjs-mobilenet-v2');
  readonly #values = new Map<string, string>();
  readonly #paddings = new Map<string, readonly [number, number, number, number]>();
  readonly #convolutions = new Map<string, OpenConvolution>();

  constructor(readonly model: KerasModel) {}

  write(): Uint8Array {
    const graph = this.#graph;
    for (const layer of this.model.layers) {
      const first = layer.inputs[0] ?? '';
      if (CONVOLUTIONS.has(layer.className))
        this.#convolutions.set(layer.name, this.#convolution(layer, first));
      else this.#values.set(layer.name, this.#output(layer));
    }
    const pooled = this.model.layers.find(({ className }) => className === 'Flatten');
    const last = this.model.layers.at(-1);
    if (pooled === undefined || last === undefined) throw unknown('no pooled features');
    graph.output('features', this.#value(pooled.name), 'float32', ['batch', 1280]);
    graph.output('probabilities', this.#value(last.name), 'float32', ['batch', 5]);
    return graph.encode();
  }

  /** The layer's output value. Convolutions have none of their own: the normalisation behind them writes both. */
  #output(layer: KerasLayer): string {
    const graph = this.#graph;
    const first = layer.inputs[0] ?? '';
    switch (layer.className) {
      case 'InputLayer': {
        const input = graph.input('input', 'float32', ['batch', SIDE, SIDE, 3]);
        return graph.op('Transpose', [input], { perm: { ints: [0, 3, 1, 2] } });
      }
      case 'ZeroPadding2D': {
        const [[top, bottom], [left, right]] = layer.config['padding'] as [
          [number, number],
          [number, number],
        ];
        this.#paddings.set(layer.name, [top, left, bottom, right]);
        return this.#value(first);
      }
      case 'BatchNormalization':
        return this.#normalised(layer, first);
      case 'ReLU':
        if (layer.config['max_value'] !== 6) throw unknown(`the limit of ${layer.name}`);
        return graph.op('Clip', [this.#value(first), graph.floats([], [0]), graph.floats([], [6])]);
      case 'Add':
        return graph.op(
          'Add',
          layer.inputs.map((name) => this.#value(name)),
        );
      case 'AveragePooling2D':
        if (String(layer.config['pool_size']) !== '7,7') throw unknown(`the pool of ${layer.name}`);
        return graph.op('GlobalAveragePool', [this.#value(first)]);
      case 'Flatten':
        return graph.op('Flatten', [this.#value(first)], { axis: { int: 1 } });
      case 'Dropout':
        return this.#value(first);
      case 'Dense':
        return this.#dense(layer, first);
      default:
        throw unknown(`the layer class ${layer.className}`);
    }
  }

  /** Keras kernels are [height, width, inputs, outputs]; depthwise ones [height, width, inputs, 1]. */
  #convolution(layer: KerasLayer, input: string): OpenConvolution {
    const depthwise = layer.className === 'DepthwiseConv2D';
    const { shape, values } = this.#weight(`${layer.name}/${depthwise ? 'depthwise_kernel' : 'kernel'}`);
    const [height, width, inputs, last] = shape as [number, number, number, number];
    const [outputs, perGroup] = depthwise ? [inputs, 1] : [last, inputs];
    const weights = new Float32Array(values.length);
    let at = 0;
    for (let output = 0; output < outputs; output += 1) {
      for (let channel = 0; channel < perGroup; channel += 1) {
        for (let cell = 0; cell < height * width; cell += 1) {
          const from = depthwise ? cell * inputs + output : (cell * inputs + channel) * last + output;
          weights[at++] = values[from] as number;
        }
      }
    }
    const [stride] = layer.config['strides'] as [number];
    const same = layer.config['padding'] === 'same';
    // "same" at stride 1 pads evenly; at stride 2 the model pads by a layer of its own.
    if (same && stride !== 1) throw unknown(`the padding of ${layer.name}`);
    const around = (height - 1) / 2;
    const pads = same ? ([around, around, around, around] as const) : this.#paddings.get(input);
    return {
      input: this.#value(input),
      weights,
      dims: [outputs, perGroup, height, width],
      group: depthwise ? inputs : 1,
      stride,
      pads: pads ?? [0, 0, 0, 0],
    };
  }

  #normalised(layer: KerasLayer, input: string): string {
    const open = this.#convolutions.get(input);
    if (open === undefined) throw unknown(`the input of ${layer.name}`);
    const read = (name: string): Float32Array => this.#weight(`${layer.name}/${name}`).values;
    const [gamma, beta] = [read('gamma'), read('beta')];
    const [mean, variance] = [read('moving_mean'), read('moving_variance')];
    const epsilon = Number(layer.config['epsilon']);
    const factor = Float64Array.from(
      gamma,
      (value, index) => value / Math.sqrt((variance[index] as number) + epsilon),
    );
    const size = open.weights.length / factor.length;
    const weights = open.weights.map((value, index) => value * (factor[Math.floor(index / size)] as number));
    const bias = beta.map((value, index) => value - (mean[index] as number) * (factor[index] as number));
    const [, , height, width] = open.dims;
    return this.#graph.op(
      'Conv',
      [open.input, this.#graph.floats(open.dims, weights), this.#graph.floats([bias.length], bias)],
      {
        group: { int: open.group },
        kernel_shape: { ints: [height, width] },
        pads: { ints: open.pads },
        strides: { ints: [open.stride, open.stride] },
      },
    );
  }

  #dense(layer: KerasLayer, input: string): string {
    const graph = this.#graph;
    const kernel = this.#weight(`${layer.name}/kernel`);
    const bias = this.#weight(`${layer.name}/bias`);
    const sum = graph.op('Gemm', [
      this.#value(input),
      graph.floats(kernel.shape, kernel.values),
      graph.floats(bias.shape, bias.values),
    ]);
    const activation = layer.config['activation'];
    if (activation === 'relu') return graph.op('Relu', [sum]);
    if (activation === 'softmax') return graph.op('Softmax', [sum], { axis: { int: -1 } });
    throw unknown(`the activation of ${layer.name}`);
  }

  #value(layer: string): string {
    const value = this.#values.get(layer);
    if (value === undefined) throw unknown(`the output of ${layer}`);
    return value;
  }

  #weight(name: string): { readonly shape: readonly number[]; readonly values: Float32Array } {
    const weight = this.model.weights.get(name);
    if (weight === undefined) throw unknown(`no weights ${name}`);
    return weight;
  }
}

function unknown(detail: string): InvalidInputError {
  return new InvalidInputError('undecodable', `layers model: the builder does not know ${detail}`);
}
