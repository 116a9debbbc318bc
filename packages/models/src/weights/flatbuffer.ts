import { InvalidInputError } from '@tercet/kit';

/** Elements of one vector that are read at most: no more than a file of 1 GB could hold. */
const MAX_ELEMENTS = 2 ** 28;

/**
 * One table of a FlatBuffers file (https://flatbuffers.dev/internals/), read in place. Fields are known by their number
 * in the schema; one that is absent has its default. Every offset is held against the file's length before it is followed.
 * Errors: InvalidInput `undecodable` where an offset or a length leaves the file.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - this.#checked(at, 4).getInt32(at, true);
    this.#vtableBytes = this.#checked(this.#vtable, 4).getUint16(this.#vtable, true);
    this.#checked(this.#vtable, this.#vtableBytes);
  }

  /** The root table. @param identifier the four characters that the schema puts at byte 4. */
  static root(bytes: Uint8Array, identifier: string): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.byteLength < 8 || Buffer.from(bytes.subarray(4, 8)).toString('latin1') !== identifier)
      throw broken(`it does not begin as ${identifier}`);
    return new FlatTable(view, view.getUint32(0, true));
  }

  int8(field: number, fallback = 0): number {
    const at = this.#field(field, 1);
    return at === undefined ? fallback : this.#view.getInt8(at);
  }

  int32(field: number, fallback = 0): number {
    const at = this.#field(field, 4);
    return at === undefined ? fallback : this.#view.getInt32(at, true);
  }

  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field) ?? new Uint8Array(0));
  }

  /** A table; undefined where the field is absent. */
  table(field: number): FlatTable | undefined {
    const at = this.#field(field, 4);
    return at === undefined ? undefined : new FlatTable(this.#view, this.#follow(at));
  }

  tables(field: number): FlatTable[] {
    const { start, count } = this.#vector(field, 4);
    return Array.from(
      { length: count },
      (_, index) => new FlatTable(this.#view, this.#follow(start + index * 4)),
    );
  }

  /** A vector of bytes as it stands in the file; undefined where the field is absent. */
  bytes(field: number): Uint8Array | undefined {
    if (this.#field(field, 4) === undefined) return undefined;
    const { start, count } = this.#vector(field, 1);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, count);
  }

  int32s(field: number): number[] {
    const { start, count } = this.#vector(field, 4);
    return Array.from({ length: count }, (_, index) => this.#view.getInt32(start + index * 4, true));
  }

  float32s(field: number): number[] {
    const { start, count } = this.#vector(field, 4);
    return Array.from({ length: count }, (_, index) => this.#view.getFloat32(start + index * 4, true));
  }

  int64s(field: number): number[] {
    const { start, count } = this.#vector(field, 8);
    return Array.from({ length: count }, (_, index) =>
      Number(this.#view.getBigInt64(start + index * 8, true)),
    );
  }

  /** Where a field's value stands; undefined where it is absent. */
  #field(field: number, bytes: number): number | undefined {
    const entry = 4 + field * 2;
    if (entry + 2 > this.#vtableBytes) return undefined;
    const offset = this.#view.getUint16(this.#vtable + entry, true);
    if (offset === 0) return undefined;
    this.#checked(this.#at + offset, bytes);
    return this.#at + offset;
  }

  #vector(field: number, elementBytes: number): { readonly start: number; readonly count: number } {
    const at = this.#field(field, 4);
    if (at === undefined) return { start: 0, count: 0 };
    const start = this.#follow(at) + 4;
    const count = this.#view.getUint32(start - 4, true);
    if (count > MAX_ELEMENTS) throw broken('a vector is longer than any file');
    this.#checked(start, count * elementBytes);
    return { start, count };
  }

  /** Follows the offset at a place; what it leads to has at least four bytes. */
  #follow(at: number): number {
    const target = at + this.#checked(at, 4).getUint32(at, true);
    this.#checked(target, 4);
    return target;
  }

  #checked(at: number, bytes: number): DataView {
    if (at < 0 || at + bytes > this.#view.byteLength) throw broken('an offset leaves the file');
    return this.#view;
  }
}

function broken(detail: string): InvalidInputError {
  return new InvalidInputError('undecodable', `flatbuffer: ${detail}`);
}
