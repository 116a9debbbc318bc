/** Reads numbers and strings from bytes in little endian order, one after another. */
export class ByteReader {
  readonly #view: DataView;
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  int32(): number {
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4, true);
  }

  int64(): number {
    this.#at += 8;
    return Number(this.#view.getBigInt64(this.#at - 8, true));
  }

  float64(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  uint8(): number {
    this.#at += 1;
    return this.#view.getUint8(this.#at - 1);
  }

  /** UTF-8 up to a zero byte. */
  string(): string {
    const end = this.bytes.indexOf(0, this.#at);
    const text = Buffer.from(this.bytes.subarray(this.#at, end)).toString('utf8');
    this.#at = end + 1;
    return text;
  }

  uint8Array(length: number): Uint8Array {
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  float32Array(length: number): Float32Array {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i += 1) values[i] = this.#view.getFloat32(this.#at + 4 * i, true);
    this.#at += 4 * length;
    return values;
  }

  get atEnd(): boolean {
    return this.#at === this.bytes.length;
  }
}
