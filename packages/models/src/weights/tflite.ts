import { InvalidInputError } from '@tercet/kit';
import { FlatTable } from './flatbuffer.js';
import type { WeightTensor } from './safetensors.js';

/** Element types of the schema's TensorType that are read here. */
const TYPES = { 0: 'float32', 2: 'int32', 9: 'int8' } as const;
const ELEMENT_BYTES = { float32: 4, int32: 4, int8: 1 } as const;

/** Operators of the schema's BuiltinOperator that are known by name here. */
const OPERATORS: Readonly<Record<number, string>> = {
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  6: 'DEQUANTIZE',
  9: 'FULLY_CONNECTED',
  14: 'LOGISTIC',
  40: 'MEAN',
};

/** real value = scale * (integer - zeroPoint); one scale for all, or one per index of `axis`. */
export interface TfliteQuantisation {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly axis: number;
}

export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Undefined for types that are not read here. */
  readonly type: 'float32' | 'int32' | 'int8' | undefined;
  readonly quantisation: TfliteQuantisation | undefined;
  /** Little-endian; undefined where the tensor is computed. */
  readonly data: Uint8Array | undefined;
}

export interface TfliteOperator {
  /** The schema's name, or `BUILTIN_<number>`. */
  readonly name: string;
  /** Indices into the tensors; -1: omitted. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Options of convolutions. */
  readonly convolution:
    | { readonly padding: 'same' | 'valid'; readonly stride: number; readonly activation: number }
    | undefined;
}

/** A model's only subgraph. */
export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Reads a TensorFlow Lite model: field numbers are those of its schema.fbs (version 3). Nothing is copied.
 * @throws InvalidInputError `undecodable` where it is no such file, is cut short, or has not exactly one subgraph.
 */
export function readTflite(bytes: Uint8Array): TfliteModel {
  const root = FlatTable.root(bytes, 'TFL3');
  const codes = root.tables(1).map(operatorName);
  const buffers = root.tables(4);
  const [graph, ...more] = root.tables(2);
  if (graph === undefined || more.length > 0) throw broken('it has not exactly one subgraph');
  const tensors = graph.tables(0).map((table) => readTensor(table, buffers));
  const within = (indices: readonly number[]): readonly number[] => {
    if (indices.some((index) => index < -1 || index >= tensors.length))
      throw broken('an operator names a tensor that is not there');
    return indices;
  };
  return {
    tensors,
    operators: graph.tables(3).map((table) => readOperator(table, codes, within)),
    inputs: within(graph.int32s(1)),
    outputs: within(graph.int32s(2)),
  };
}

/**
 * A constant tensor's real values, row-major.
 * @throws InvalidInputError `undecodable` where it is computed, not as long as its shape, or has other than one scale or
 * one per index of its axis.
 */
export function dequantise(tensor: TfliteTensor): WeightTensor {
  const { name, shape, type, data, quantisation } = tensor;
  if (data === undefined || type === undefined) throw broken(`${name} is not a constant of a known type`);
  const count = shape.reduce((product, dim) => product * dim, 1);
  const bytes = ELEMENT_BYTES[type];
  if (data.byteLength !== count * bytes) throw broken(`${name} is not as long as its shape`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = {
    float32: (index: number) => view.getFloat32(index * 4, true),
    int32: (index: number) => view.getInt32(index * 4, true),
    int8: (index: number) => view.getInt8(index),
  }[type];
  if (type === 'float32') return { shape, values: Float32Array.from({ length: count }, (_, i) => read(i)) };
  const channelOf = channelReader(tensor, quantisation);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index += 1) {
    const { scale, zeroPoint } = channelOf(index);
    values[index] = scale * (read(index) - zeroPoint);
  }
  return { shape, values };
}

/** Scale and zero point of the element at a row-major index. */
function channelReader(
  { name, shape }: TfliteTensor,
  quantisation: TfliteQuantisation | undefined,
): (index: number) => { readonly scale: number; readonly zeroPoint: number } {
  if (quantisation === undefined) throw broken(`${name} has no scale`);
  const { scales, zeroPoints, axis } = quantisation;
  const channels = scales.map((scale, index) => ({
    scale,
    zeroPoint: zeroPoints[zeroPoints.length === 1 ? 0 : index] ?? 0,
  }));
  const [first] = channels;
  if (first !== undefined && channels.length === 1) return () => first;
  if (shape[axis] !== channels.length) throw broken(`${name} has not one scale per channel`);
  const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  return (index) => channels[Math.floor(index / inner) % channels.length] as (typeof channels)[number];
}

function operatorName(table: FlatTable): string {
  // Codes above 127 stand in the newer, wider field; the larger of both is meant.
  const code = Math.max(table.int8(0), table.int32(3));
  return OPERATORS[code] ?? `BUILTIN_${code}`;
}

function readTensor(table: FlatTable, buffers: readonly FlatTable[]): TfliteTensor {
  const details = table.table(4);
  const scales = details?.float32s(2) ?? [];
  const data = buffers[table.int32(2)]?.bytes(0);
  return {
    name: table.text(3),
    shape: table.int32s(0),
    type: TYPES[table.int8(1) as keyof typeof TYPES],
    quantisation:
      details === undefined || scales.length === 0
        ? undefined
        : { scales, zeroPoints: details.int64s(3), axis: details.int32(6) },
    data: data?.byteLength ? data : undefined,
  };
}

function readOperator(
  table: FlatTable,
  codes: readonly string[],
  within: (indices: readonly number[]) => readonly number[],
): TfliteOperator {
  const name = codes[table.int32(0)];
  if (name === undefined) throw broken('an operator has no code');
  const options = table.table(4);
  const isDepthwise = name === 'DEPTHWISE_CONV_2D';
  return {
    name,
    inputs: within(table.int32s(1)),
    outputs: within(table.int32s(2)),
    convolution:
      options !== undefined && (isDepthwise || name === 'CONV_2D')
        ? {
            padding: options.int8(0) === 0 ? 'same' : 'valid',
            stride: options.int32(1, 1),
            activation: options.int8(isDepthwise ? 4 : 3),
          }
        : undefined,
  };
}

function broken(detail: string): InvalidInputError {
  return new InvalidInputError('undecodable', `tflite model: ${detail}`);
}
