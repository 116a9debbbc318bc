/** Memory is taken in pieces of this size: one of its own for each message would cost as much as writing it. */
const PIECE_BYTES = 64 * 1024;
/** More than a tag and any number take. */
const MOST_BYTES = 16;
/** Longer texts are written faster by the engine than letter by letter. */
const SHORT_TEXT = 40;

/**
 * Writes protobuf's wire format, one message behind the other. A field whose value is the default one is left out, as proto3 has
 * it, but for those of `one...`, which are elements of a list or optional.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class PlainWriter {
  #bytes = Buffer.allocUnsafeSlow(PIECE_BYTES);
  #view = viewOf(this.#bytes);
  /** Where the present message begins. */
  #start = 0;
  #at = 0;

  /** Begins a message; what is left of one that was not finished is forgotten. */
  restart(): void {
    this.#at = this.#start;
  }

  /** The message; nothing is written over it. */
  finish(): Uint8Array {
    const message = this.#bytes.subarray(this.#start, this.#at);
    this.#start = this.#at;
    return message;
  }

  text(tag: number, value: string): void {
    if (value !== '') this.oneText(tag, value);
  }

  oneText(tag: number, value: string): void {
    const { length } = value;
    // A UTF-16 code unit takes at most 3 bytes.
    this.#reserve(2 * MOST_BYTES + 3 * length);
    this.#varint(tag);
    if (length <= SHORT_TEXT && this.#ascii(value)) return;
    const guessed = this.#at + varintBytes(length);
    const written = this.#bytes.write(value, guessed);
    this.#prefix(written, guessed);
  }

  /** A message that is encoded already. */
  message(tag: number, encoded: Uint8Array): void {
    this.#reserve(2 * MOST_BYTES);
    this.#varint(tag);
    this.#varint(encoded.length);
    this.fields(encoded);
  }

  /** Fields that are encoded already. */
  fields(encoded: Uint8Array): void {
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#at);
    this.#at += encoded.length;
  }

  /** Begins a message inside the present one; {@link end} takes what this answers. */
  begin(tag: number): number {
    this.#reserve(MOST_BYTES);
    this.#varint(tag);
    this.#at += 1;
    return this.#at - this.#start;
  }

  end(begun: number): void {
    const from = this.#start + begun;
    const length = this.#at - from;
    if (length < 0x80) {
      this.#bytes[from - 1] = length;
      return;
    }
    this.#reserve(MOST_BYTES);
    const now = this.#start + begun;
    this.#at = now - 1;
    this.#prefix(length, now);
  }

  flag(tag: number, value: boolean): void {
    if (value) this.int32(tag, 1);
  }

  int32(tag: number, value: number): void {
    if (value === 0) return;
    if ((value | 0) !== value) throw new RangeError(`${value} is not an int32`);
    this.#reserve(MOST_BYTES);
    if (value < 0) {
      this.oneInt64(tag, BigInt(value));
      return;
    }
    this.#varint(tag);
    this.#varint(value);
  }

  int64(tag: number, value: bigint): void {
    if (value !== 0n) this.oneInt64(tag, value);
  }

  oneInt64(tag: number, value: bigint): void {
    this.#reserve(2 * MOST_BYTES);
    this.#varint(tag);
    const number = Number(value);
    if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) this.#varint(number);
    else this.#varint64(value);
  }

  double(tag: number, value: number): void {
    if (value !== 0) this.oneDouble(tag, value);
  }

  oneDouble(tag: number, value: number): void {
    this.#reserve(MOST_BYTES);
    this.#varint(tag);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** Writes the length of what was written from `from` on, and moves that to where it belongs. */
  #prefix(length: number, from: number): void {
    const to = this.#at + varintBytes(length);
    if (to !== from) this.#bytes.copyWithin(to, from, from + length);
    this.#varint(length);
    this.#at += length;
  }

  /** Of a whole number from 0 on; for what is reserved. */
  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#at] = (rest % 128) | 0x80;
      this.#at += 1;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#at] = rest;
    this.#at += 1;
  }

  #varint64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} is not an int64`);
    let rest = BigInt.asUintN(64, value);
    for (; rest > 0x7fn; rest >>= 7n) {
      this.#bytes[this.#at] = Number(rest & 0x7fn) | 0x80;
      this.#at += 1;
    }
    this.#varint(Number(rest));
  }

  /** Writes length and letters of a short text where all are ASCII; else answers false. */
  #ascii(value: string): boolean {
    const bytes = this.#bytes;
    const from = this.#at + 1;
    for (let i = 0; i < value.length; i += 1) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[from + i] = code;
    }
    bytes[from - 1] = value.length;
    this.#at = from + value.length;
    return true;
  }

  #reserve(size: number): void {
    if (this.#at + size > this.#bytes.length) this.#takePiece(size);
  }

  /** The present message goes on in a new piece; positions in it are counted from its start. */
  #takePiece(size: number): void {
    const begun = this.#bytes.subarray(this.#start, this.#at);
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, 2 * (begun.length + size)));
    this.#view = viewOf(this.#bytes);
    this.#bytes.set(begun);
    this.#start = 0;
    this.#at = begun.length;
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
