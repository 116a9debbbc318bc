import { BinaryReader } from '@bufbuild/protobuf/wire';

/**
 * A message by its generated decoder, where that reads all of the bytes. Within another message it stops at a tag of 0, and what is left
 * would be taken for the other's.
 * @throws RangeError where it does not, and as the decoder does.
 */
export function decodeWhole<T>(
  message: { decode(reader: BinaryReader, length: number): T },
  bytes: Uint8Array,
): T {
  const reader = new BinaryReader(bytes);
  const decoded = message.decode(reader, bytes.length);
  if (reader.pos !== bytes.length) throw new RangeError('a message ends before its bytes do');
  return decoded;
}

/**
 * Reads protobuf's wire format where it is laid out plainly: integers of at most seven bytes, texts in ASCII. What is not leaves it
 * failed, at the end, so that every loop over it ends; a message's own decoder has the word then.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class PlainReader {
  at = 0;
  failed = false;
  readonly end: number;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
  }

  fail(): number {
    this.failed = true;
    this.at = this.end;
    return this.end;
  }

  byte(): number {
    const byte = this.#bytes[this.at] ?? 0;
    this.at += 1;
    return byte;
  }

  /** Of at most seven bytes, which is below 2 ** 49. */
  varint(end: number): number {
    let value = 0;
    let scale = 1;
    for (let stop = Math.min(end, this.at + 7); this.at < stop; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return this.fail();
  }

  int32(end: number): number {
    const value = this.varint(end);
    return value > 0x7fffffff ? this.fail() : value;
  }

  /** Where the field that begins here ends. */
  length(end: number): number {
    const length = this.varint(end);
    return length > end - this.at ? this.fail() : this.at + length;
  }

  skip(end: number): void {
    this.at = this.length(end);
  }

  bytes(end: number): Uint8Array {
    const to = this.length(end);
    const from = this.at;
    this.at = to;
    return this.#bytes.subarray(from, to);
  }

  text(end: number): string {
    const to = this.length(end);
    const from = this.at;
    for (let at = from; at < to; at += 1) if ((this.#bytes[at] ?? 0) > 0x7f) this.failed = true;
    this.at = to;
    return this.#bytes.toString('latin1', from, to);
  }

  /** A field of which there are few, read with the others of its kind: the same bytes are the same value. */
  known<T>(end: number, known: Known<T>): T {
    const to = this.length(end);
    const from = this.at;
    this.at = to;
    return known.of(this.#bytes, from, to);
  }
}

// A sender that makes values up costs reading them, never memory.
const MOST = 16;
const LONGEST = 512;

/** Values by the bytes that they were read from, for what a deployment has a handful of; of more, the latest. */
export class Known<T> {
  readonly #known: { readonly bytes: Uint8Array; readonly value: T }[] = [];
  #next = 0;

  constructor(readonly read: (bytes: Uint8Array) => T) {}

  of(bytes: Uint8Array, from: number, to: number): T {
    for (const known of this.#known) if (holds(bytes, from, to, known.bytes)) return known.value;
    const own = Uint8Array.from(bytes.subarray(from, to));
    const value = this.read(own);
    if (own.length <= LONGEST) {
      this.#known[this.#next] = { bytes: own, value };
      this.#next = (this.#next + 1) % MOST;
    }
    return value;
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Words of which a deployment has few, such as modalities and languages. */
export const words = new Known((bytes) => utf8.decode(bytes));

function holds(bytes: Uint8Array, from: number, to: number, wanted: Uint8Array): boolean {
  if (to - from !== wanted.length) return false;
  // From the end, where digests differ.
  for (let i = wanted.length - 1; i >= 0; i -= 1) if (bytes[from + i] !== wanted[i]) return false;
  return true;
}
