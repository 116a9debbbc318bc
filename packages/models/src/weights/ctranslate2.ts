import { InvalidInputError } from '@tercet/kit';
import { widenFloat16 } from './float16.js';

/** CTranslate2's data types by their number in the file, with the bytes of one value. */
const TYPES = [
  { name: 'float32', bytes: 4 },
  { name: 'int8', bytes: 1 },
  { name: 'int16', bytes: 2 },
  { name: 'int32', bytes: 4 },
  { name: 'float16', bytes: 2 },
  { name: 'bfloat16', bytes: 2 },
] as const;
const VERSION = 6;
const MAX_RANK = 8;

interface Entry {
  readonly type: (typeof TYPES)[number]['name'];
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * A CTranslate2 `model.bin` of binary version 6: a specification's name, then a flat list of named tensors, then
 * aliases (CTranslate2's `model_spec.py`, `_serialize`). All numbers are little-endian; strings are counted with their
 * closing zero. Throws InvalidInput `undecodable` for a broken file, an absent name or another shape.
 */
export class Ctranslate2File {
  readonly specification: string;
  readonly #entries = new Map<string, Entry>();

  constructor(bytes: Uint8Array) {
    const reader = new Reader(bytes);
    const version = reader.number(4);
    if (version !== VERSION) throw broken(`it has version ${version}, not ${VERSION}`);
    this.specification = reader.text();
    reader.number(4);
    for (let left = reader.number(4); left > 0; left -= 1) this.#entries.set(reader.text(), reader.entry());
    for (let left = reader.number(4); left > 0; left -= 1) {
      const alias = reader.text();
      const target = this.#entries.get(reader.text());
      if (target === undefined) throw broken(`alias ${alias} leads nowhere`);
      this.#entries.set(alias, target);
    }
    if (!reader.atEnd) throw broken('it is longer than it says');
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Row-major shape; empty for a scalar. */
  shapeOf(name: string): readonly number[] {
    return this.#entry(name).shape;
  }

  /** Binary16 bit patterns of a float16 tensor, row-major, in memory of their own. */
  half(name: string, shape: readonly number[]): Uint16Array {
    const { type, data } = this.#entry(name, shape);
    if (type !== 'float16') throw broken(`${name} is of type ${type}, not float16`);
    // A copy of its own: aligned, and a Buffer has no copying slice.
    return new Uint16Array(new Uint8Array(data).buffer);
  }

  /** A float16 tensor widened to float32, row-major. */
  floats(name: string, shape: readonly number[]): Float32Array {
    return widenFloat16(this.half(name, shape));
  }

  /** A scalar of int8 or int16: flags and counts. */
  scalar(name: string): number {
    const { type, data } = this.#entry(name, []);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (type === 'int8') return view.getInt8(0);
    if (type === 'int16') return view.getInt16(0, true);
    throw broken(`${name} is of type ${type}, no whole number`);
  }

  #entry(name: string, shape?: readonly number[]): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw broken(`it has no tensor ${name}`);
    if (shape !== undefined && entry.shape.join() !== shape.join())
      throw broken(`${name} has shape ${entry.shape.join()}, not ${shape.join()}`);
    return entry;
  }
}

class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.bytes.byteLength;
  }

  number(width: 1 | 2 | 4): number {
    const at = this.#advance(width);
    if (width === 1) return this.#view.getUint8(at);
    return width === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  text(): string {
    const length = this.number(2);
    const at = this.#advance(length);
    return new TextDecoder().decode(this.bytes.subarray(at, at + Math.max(0, length - 1)));
  }

  entry(): Entry {
    const rank = this.number(1);
    if (rank > MAX_RANK) throw broken(`a tensor has ${rank} dimensions`);
    const shape = Array.from({ length: rank }, () => this.number(4));
    const type = TYPES[this.number(1)];
    const length = this.number(4);
    const count = shape.reduce((product, dim) => product * dim, 1);
    if (type === undefined || length !== count * type.bytes)
      throw broken(`a tensor of shape ${shape.join()} has ${length} bytes`);
    const at = this.#advance(length);
    return { type: type.name, shape, data: this.bytes.subarray(at, at + length) };
  }

  #advance(length: number): number {
    const at = this.#at;
    if (at + length > this.bytes.byteLength) throw broken('it is cut short');
    this.#at += length;
    return at;
  }
}

function broken(detail: string): InvalidInputError {
  return new InvalidInputError('undecodable', `CTranslate2 model: ${detail}`);
}
