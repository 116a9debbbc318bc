import { InvalidInputError } from '@tercet/kit';
import { z } from 'zod';
import { widenFloat16 } from './float16.js';

const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.number().int().nonnegative()),
    data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  }),
);

/** A named tensor of a safetensors file, widened to float32; row-major. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Reads tensors by name. Throws InvalidInput `undecodable` for an absent name or a broken file. */
export class SafetensorsFile {
  readonly #header: z.infer<typeof headerSchema>;
  readonly #body: Uint8Array;

  constructor(bytes: Uint8Array) {
    if (bytes.byteLength < 8) throw broken('shorter than its header length');
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
    if (length > bytes.byteLength - 8) throw broken('its header is longer than the file');
    const { __metadata__: _, ...tensors } = JSON.parse(
      new TextDecoder().decode(bytes.subarray(8, 8 + length)),
    ) as Record<string, unknown>;
    this.#header = headerSchema.parse(tensors);
    this.#body = bytes.subarray(8 + length);
  }

  /** Returns the tensor, whose shape must be `shape`. F16 and F32 are read. */
  read(name: string, shape: readonly number[]): WeightTensor {
    const entry = this.#header[name];
    if (entry === undefined) throw broken(`it has no tensor ${name}`);
    if (entry.shape.join() !== shape.join()) throw broken(`${name} has shape ${entry.shape}, not ${shape}`);
    const [start, end] = entry.data_offsets;
    const count = shape.reduce((product, dim) => product * dim, 1);
    const width = entry.dtype === 'F16' ? 2 : entry.dtype === 'F32' ? 4 : 0;
    if (width === 0 || end - start !== count * width || end > this.#body.byteLength) {
      throw broken(`${name} is not ${count} values of F16 or F32`);
    }
    // A copy of its own: aligned, and a Buffer has no copying slice.
    const copy = new Uint8Array(this.#body.subarray(start, end)).buffer;
    return { shape, values: width === 2 ? widenFloat16(new Uint16Array(copy)) : new Float32Array(copy) };
  }
}

function broken(detail: string): InvalidInputError {
  return new InvalidInputError('undecodable', `safetensors: ${detail}`);
}
