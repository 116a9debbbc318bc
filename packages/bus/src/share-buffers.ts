import { createRequire } from 'node:module';
import { BugError } from '@tercet/kit';

/** From here on a buffer is kept as it is; below, copying it costs less than keeping account of it. */
const SHARED_FROM = 1024;

/** kafkajs' encoder as this needs it: `buf` up to `offset` is what was written. */
export interface Encoder {
  buf: Buffer;
  offset: number;
  /** What was written before `buf`, in order. */
  before?: Buffer[];
  beforeBytes?: number;
  readonly buffer: Buffer;
  size(): number;
  writeBufferInternal(buffer: Buffer): void;
  writeEncoder(value: Encoder | null): Encoder;
  writeEncoderArray(values: readonly (Encoder | null)[]): Encoder;
}

export interface EncoderClass {
  new (): Encoder;
  readonly prototype: Encoder;
}

/** The class that every request of kafkajs 2.2.4 is written with. */
export function kafkajsEncoder(): EncoderClass {
  const found: unknown = createRequire(import.meta.url)('kafkajs/src/protocol/encoder');
  const encoder = found as Partial<EncoderClass>;
  const buffer = Object.getOwnPropertyDescriptor(encoder.prototype ?? {}, 'buffer');
  if (typeof encoder.prototype?.writeBufferInternal !== 'function' || !buffer?.get)
    throw new BugError('kafkajs no longer writes its requests as it did in 2.2.4');
  return found as EncoderClass;
}

/**
 * kafkajs 2.2.4 copies what it sends nine times: a record into its batch, the batch into its partition, that into its topic, and so
 * on up to the request, each time into fresh memory of the next power of two. With this an encoder keeps longer buffers
 * by reference and joins them once, when its bytes are asked for. The bytes are the same.
 */
export function shareBuffers({ prototype }: EncoderClass): void {
  const copy = prototype.writeBufferInternal;

  prototype.writeBufferInternal = function (buffer) {
    if (buffer.length < SHARED_FROM) {
      copy.call(this, buffer);
      return;
    }
    this.before ??= [];
    if (this.offset > 0) this.before.push(this.buf.subarray(0, this.offset));
    this.before.push(buffer);
    this.beforeBytes = (this.beforeBytes ?? 0) + this.offset + buffer.length;
    this.buf = this.buf.subarray(this.offset);
    this.offset = 0;
  };

  Object.defineProperty(prototype, 'buffer', {
    configurable: true,
    get(this: Encoder): Buffer {
      if (!this.before) return this.buf.subarray(0, this.offset);
      const [only] = this.before;
      if (only && this.before.length === 1 && this.offset === 0) return only;
      const whole = Buffer.concat([...this.before, this.buf.subarray(0, this.offset)], this.size());
      this.before = [whole];
      this.beforeBytes = whole.length;
      this.buf = this.buf.subarray(this.offset);
      this.offset = 0;
      return whole;
    },
  });

  prototype.size = function () {
    return (this.beforeBytes ?? 0) + this.offset;
  };

  prototype.writeEncoder = function (value) {
    if (value == null || !Buffer.isBuffer(value.buf)) throw new BugError('not an encoder');
    for (const buffer of value.before ?? []) this.writeBufferInternal(buffer);
    this.writeBufferInternal(value.buf.subarray(0, value.offset));
    return this;
  };

  prototype.writeEncoderArray = function (values) {
    if (!Array.isArray(values)) throw new BugError('not an array of encoders');
    for (const value of values) this.writeEncoder(value);
    return this;
  };
}
