/**
 * A TensorFlow Lite file of a network as small as YAMNet's is large, written front to back: input [1, 4, 4, 1], a
 * convolution of stride 2 to 2 channels, a depthwise one, the mean, a dense layer of 3 classes.
 */
export const SMALL = { height: 4, width: 4, channels: 2, classes: 3 } as const;

type Field = { readonly inline: number; readonly bytes: 1 | 4 } | { readonly offset: () => number };
type Fields = Readonly<Record<number, Field>>;

/** Writes tables before what they point to, so that every offset points forward as the format demands. */
class FlatWriter {
  #bytes: number[] = [];
  readonly #later: (() => void)[] = [];

  header(identifier: string, root: () => number): Uint8Array {
    this.#u32(0);
    for (const one of identifier) this.#bytes.push(one.charCodeAt(0));
    this.#patch(0, root());
    while (this.#later.length > 0) this.#later.shift()?.();
    return Uint8Array.from(this.#bytes);
  }

  table(fields: Fields): number {
    const count = Math.max(-1, ...Object.keys(fields).map(Number)) + 1;
    this.#align(4);
    const vtable = this.#bytes.length;
    const size = 4 + count * 2;
    this.#u16(size);
    this.#u16(4 + count * 4);
    for (let field = 0; field < count; field += 1) this.#u16(fields[field] ? 4 + field * 4 : 0);
    this.#align(4);
    const at = this.#bytes.length;
    this.#u32(at - vtable);
    for (let field = 0; field < count; field += 1) {
      const value = fields[field];
      const place = this.#bytes.length;
      this.#u32(value && 'inline' in value ? (value.bytes === 1 ? value.inline & 255 : value.inline) : 0);
      if (value && 'offset' in value) this.#later.push(() => this.#patch(place, value.offset() - place));
    }
    return at;
  }

  tables(all: readonly Fields[]): Field {
    return {
      offset: () => {
        const at = this.#length(all.length, 4);
        for (const fields of all) {
          const place = this.#bytes.length;
          this.#u32(0);
          this.#later.push(() => this.#patch(place, this.table(fields) - place));
        }
        return at;
      },
    };
  }

  one(fields: Fields): Field {
    return { offset: () => this.table(fields) };
  }

  /** `values` as they lie in memory; this machine is little-endian. */
  vector(values: Uint8Array | Int8Array | Int32Array | Float32Array | BigInt64Array): Field {
    return {
      offset: () => {
        const at = this.#length(values.length, values.BYTES_PER_ELEMENT);
        this.#bytes.push(...new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
        return at;
      },
    };
  }

  #length(count: number, elementBytes: number): number {
    this.#align(4);
    while ((this.#bytes.length + 4) % elementBytes !== 0) this.#bytes.push(0);
    this.#u32(count);
    return this.#bytes.length - 4;
  }

  #align(bytes: number): void {
    while (this.#bytes.length % bytes !== 0) this.#bytes.push(0);
  }

  #u16(value: number): void {
    this.#bytes.push(value & 255, (value >> 8) & 255);
  }

  #u32(value: number): void {
    this.#u16(value & 65_535);
    this.#u16(value >>> 16);
  }

  #patch(place: number, value: number): void {
    for (let byte = 0; byte < 4; byte += 1) this.#bytes[place + byte] = (value >>> (8 * byte)) & 255;
  }
}

const scalar = (inline: number, bytes: 1 | 4 = 4): Field => ({ inline, bytes });
const FLOAT32 = 0;
const INT32 = 2;
const INT8 = 9;

/** Integers from -40 to 40 that follow from the seed. */
export function smallIntegers(count: number, seed: number): Int8Array {
  return Int8Array.from({ length: count }, (_, index) => (((index + 1) * (seed * 7 + 13)) % 81) - 40);
}

/** The file's constants: what a plain implementation must be given to say the same. */
export const SMALL_WEIGHTS = {
  first: { kernel: smallIntegers(18, 1), scales: [0.5, 0.25], bias: Int32Array.of(3, -2) },
  depthwise: { kernel: smallIntegers(18, 2), scales: [0.0625, 0.03125], bias: Int32Array.of(1, 4) },
  dense: { kernel: smallIntegers(6, 3), scales: [0.03125], bias: Int32Array.of(2, 0, -5) },
} as const;

export function smallNetwork(): Uint8Array {
  const writer = new FlatWriter();
  const buffers: Fields[] = [{}];
  const tensor = (
    shape: number[],
    type: number,
    data?: Int8Array | Int32Array,
    scales: number[] = [],
    axis = 0,
  ) => {
    if (data)
      buffers.push({ 0: writer.vector(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) });
    return {
      0: writer.vector(Int32Array.from(shape)),
      1: scalar(type, 1),
      2: scalar(data ? buffers.length - 1 : 0),
      ...(scales.length === 0
        ? {}
        : {
            4: writer.one({
              2: writer.vector(Float32Array.from(scales)),
              3: writer.vector(BigInt64Array.from(scales, () => 0n)),
              6: scalar(axis),
            }),
          }),
    };
  };
  const { first, depthwise, dense } = SMALL_WEIGHTS;
  const tensors = [
    tensor([1, 4, 4, 1], INT8),
    tensor([2, 3, 3, 1], INT8, first.kernel, [...first.scales]),
    tensor([2], INT32, first.bias, [...first.scales]),
    tensor([1, 2, 2, 2], INT8),
    tensor([1, 3, 3, 2], INT8, depthwise.kernel, [...depthwise.scales], 3),
    tensor([2], INT32, depthwise.bias, [...depthwise.scales]),
    tensor([1, 2, 2, 2], INT8),
    tensor([1, 1, 1, 2], INT8),
    tensor([3, 2], INT8, dense.kernel, [...dense.scales]),
    tensor([3], INT32, dense.bias, [...dense.scales]),
    tensor([1, 3], INT8),
    tensor([1, 3], INT8),
    tensor([1, 3], FLOAT32),
  ];
  const operator = (code: number, inputs: number[], output: number, options?: Fields): Fields => ({
    0: scalar(code),
    1: writer.vector(Int32Array.from(inputs)),
    2: writer.vector(Int32Array.of(output)),
    ...(options ? { 4: writer.one(options) } : {}),
  });
  const operators = [
    operator(0, [0, 1, 2], 3, { 0: scalar(0, 1), 1: scalar(2), 2: scalar(2), 3: scalar(3, 1) }),
    operator(1, [3, 4, 5], 6, { 0: scalar(0, 1), 1: scalar(1), 2: scalar(1), 3: scalar(1), 4: scalar(3, 1) }),
    operator(2, [6], 7),
    operator(3, [7, 8, 9], 10),
    operator(4, [10], 11),
    operator(5, [11], 12),
  ];
  const codes = [3, 4, 40, 9, 14, 6].map((code) => ({ 0: scalar(code, 1), 3: scalar(code) }));
  const graph = {
    0: writer.tables(tensors),
    1: writer.vector(Int32Array.of(0)),
    2: writer.vector(Int32Array.of(12)),
    3: writer.tables(operators),
  };
  return writer.header('TFL3', () =>
    writer.table({
      0: scalar(3),
      1: writer.tables(codes),
      2: writer.tables([graph]),
      // Last, so that a file cut anywhere lacks something that is needed.
      4: writer.tables(buffers),
    }),
  );
}
