import {
  type Attribute,
  type ElementType,
  encodeModel,
  type Node,
  type Tensor,
  type ValueInfo,
} from './messages.js';

/** The opset that every graph written here names. */
export const OPSET = 17;

/** Collects nodes and constants of one graph; values are known by name, and each operator returns its output's name. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #initializers: Tensor[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #graphName: string;

  constructor(graphName: string) {
    this.#graphName = graphName;
  }

  input(name: string, type: ElementType, dims: readonly (number | string)[]): string {
    this.#inputs.push({ name, type, dims });
    return name;
  }

  /** Declares `value` as an output of the graph, under its own name. */
  output(name: string, value: string, type: ElementType, dims: readonly (number | string)[]): void {
    this.#nodes.push({ name, opType: 'Identity', inputs: [value], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type, dims });
  }

  /** Adds a node with one output. An empty input name is an omitted optional input. */
  op(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    return this.#add(opType, inputs, 1, attributes)[0] as string;
  }

  /** Adds a node with `count` outputs. */
  ops(
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): readonly string[] {
    return this.#add(opType, inputs, count, attributes);
  }

  floats(dims: readonly number[], values: ArrayLike<number>): string {
    return this.#constant('float32', dims, Float32Array.from(values));
  }

  int64s(dims: readonly number[], values: readonly number[]): string {
    return this.#constant('int64', dims, BigInt64Array.from(values, BigInt));
  }

  int8s(dims: readonly number[], values: Int8Array): string {
    return this.#constant('int8', dims, values);
  }

  uint8s(dims: readonly number[], values: ArrayLike<number>): string {
    return this.#constant('uint8', dims, Uint8Array.from(values));
  }

  /** Raw IEEE 754 binary16 values, as they stand in the file they came from. */
  float16s(dims: readonly number[], bits: Uint16Array): string {
    return this.#constant('float16', dims, bits);
  }

  encode(): Uint8Array {
    return encodeModel(
      {
        name: this.#graphName,
        nodes: this.#nodes,
        initializers: this.#initializers,
        inputs: this.#inputs,
        outputs: this.#outputs,
      },
      OPSET,
    );
  }

  #add(
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, Attribute>>,
  ): readonly string[] {
    const name = `${opType}_${this.#nodes.length}`;
    const outputs = Array.from({ length: count }, (_, index) => (count === 1 ? name : `${name}.${index}`));
    this.#nodes.push({ name, opType, inputs, outputs, attributes });
    return outputs;
  }

  #constant(type: ElementType, dims: readonly number[], values: ArrayBufferView): string {
    const name = `constant_${this.#initializers.length}`;
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#initializers.push({ name, type, dims, data });
    return name;
  }
}
