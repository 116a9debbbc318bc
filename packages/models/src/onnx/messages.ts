import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Element types of onnx.proto's TensorProto.DataType that our graphs use. */
export const ELEMENT_TYPE = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 } as const;
export type ElementType = keyof typeof ELEMENT_TYPE;

/** A constant of a graph. `data` is little-endian, row-major; its length is the product of `dims` times the element size. */
export interface Tensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

/** An input or output of a graph. A string dimension is symbolic (any size). */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

/** Whole numbers are `ints`, a single one `int`; floats likewise. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number };

export interface Node {
  readonly name: string;
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly initializers: readonly Tensor[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** AttributeProto.AttributeType. */
const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;

const IR_VERSION = 8;

/**
 * Encodes a model of the default operator domain. The same graph gives the same bytes: fields are written in
 * ascending order, no field depends on time or place. Field numbers are those of onnx.proto (IR version 8).
 */
export function encodeModel(graph: Graph, opset: number): Uint8Array {
  const writer = new BinaryWriter();
  int64(writer, 1, IR_VERSION);
  text(writer, 2, 'tercet');
  message(writer, 7, (inner) => writeGraph(inner, graph));
  message(writer, 8, (inner) => int64(inner, 2, opset));
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, graph: Graph): void {
  for (const node of graph.nodes) message(writer, 1, (inner) => writeNode(inner, node));
  text(writer, 2, graph.name);
  for (const tensor of graph.initializers) message(writer, 5, (inner) => writeTensor(inner, tensor));
  for (const input of graph.inputs) message(writer, 11, (inner) => writeValueInfo(inner, input));
  for (const output of graph.outputs) message(writer, 12, (inner) => writeValueInfo(inner, output));
}

function writeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.name);
  text(writer, 4, node.opType);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, 5, (inner) => writeAttribute(inner, name, attribute));
  }
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  text(writer, 1, name);
  if ('float' in attribute) {
    writer.tag(2, WireType.Bit32).float(attribute.float);
    int64(writer, 20, ATTRIBUTE_TYPE.float);
  } else if ('int' in attribute) {
    int64(writer, 3, attribute.int);
    int64(writer, 20, ATTRIBUTE_TYPE.int);
  } else {
    for (const value of attribute.ints) int64(writer, 8, value);
    int64(writer, 20, ATTRIBUTE_TYPE.ints);
  }
}

function writeTensor(writer: BinaryWriter, tensor: Tensor): void {
  for (const dim of tensor.dims) int64(writer, 1, dim);
  int64(writer, 2, ELEMENT_TYPE[tensor.type]);
  text(writer, 8, tensor.name);
  writer.tag(9, WireType.LengthDelimited).bytes(tensor.data);
}

function writeValueInfo(writer: BinaryWriter, value: ValueInfo): void {
  text(writer, 1, value.name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      int64(tensor, 1, ELEMENT_TYPE[value.type]);
      message(tensor, 2, (shape) => {
        for (const dim of value.dims) {
          message(shape, 1, (inner) => {
            if (typeof dim === 'number') int64(inner, 1, dim);
            else text(inner, 2, dim);
          });
        }
      });
    }),
  );
}

function int64(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
