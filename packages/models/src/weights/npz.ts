import { inflateRawSync } from 'node:zlib';
import { InvalidInputError } from '@tercet/kit';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const STORED = 0;
const DEFLATED = 8;
const NPY_MAGIC = Buffer.from('\x93NUMPY', 'latin1');

interface Member {
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly at: number;
}

/** Reads numpy's arrays by name from an .npz file: a zip archive of .npy files. */
export class NpzFile {
  readonly #archive: Buffer;
  readonly #members: ReadonlyMap<string, Member>;

  /** @throws InvalidInputError `undecodable`. */
  constructor(bytes: Uint8Array) {
    this.#archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#members = readDirectory(this.#archive);
  }

  /** A float32 array, row-major, whose shape must be `shape`. @throws InvalidInputError `undecodable`. */
  floats(name: string, shape: readonly number[]): Float32Array {
    const data = this.#body(name, '<f4', shape);
    return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  }

  /** An array of bytes, row-major, whose shape must be `shape`. @throws InvalidInputError `undecodable`. */
  bytes(name: string, shape: readonly number[]): Uint8Array {
    return this.#body(name, '|u1', shape);
  }

  #body(name: string, type: string, shape: readonly number[]): Uint8Array {
    const npy = this.#unpack(name);
    if (!npy.subarray(0, 6).equals(NPY_MAGIC)) throw broken(`${name} is no array`);
    const wide = npy.readUInt8(6) > 1;
    const headerAt = wide ? 12 : 10;
    const end = headerAt + (wide ? npy.readUInt32LE(8) : npy.readUInt16LE(8));
    const header = npy.toString('latin1', headerAt, end);
    const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
    const wanted = [`'descr': '${type}'`, "'fortran_order': False", `'shape': (${dims})`];
    if (!wanted.every((part) => header.includes(part))) throw broken(`${name} is ${header.trim()}`);
    // A copy of its own: the header's length says nothing about alignment.
    return Uint8Array.from(npy.subarray(end));
  }

  #unpack(name: string): Buffer {
    const member = this.#members.get(`${name}.npy`);
    if (member === undefined) throw broken(`it has no array ${name}`);
    const { at, method, packedBytes, bytes } = member;
    const dataAt = at + 30 + this.#archive.readUInt16LE(at + 26) + this.#archive.readUInt16LE(at + 28);
    const packed = this.#archive.subarray(dataAt, dataAt + packedBytes);
    const data =
      method === DEFLATED
        ? inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) })
        : method === STORED
          ? packed
          : Buffer.alloc(0);
    if (data.length !== bytes) throw broken(`${name} cannot be unpacked`);
    return data;
  }
}

function readDirectory(archive: Buffer): Map<string, Member> {
  const end = archive.length - END_BYTES;
  if (end < 0 || archive.readUInt32LE(end) !== END_OF_DIRECTORY)
    throw broken('it does not end as an archive');
  const members = new Map<string, Member>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (at + ENTRY_BYTES > end || archive.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw broken('its directory is cut short');
    const nameBytes = archive.readUInt16LE(at + 28);
    members.set(archive.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes), {
      method: archive.readUInt16LE(at + 10),
      packedBytes: archive.readUInt32LE(at + 20),
      bytes: archive.readUInt32LE(at + 24),
      at: archive.readUInt32LE(at + 42),
    });
    at += ENTRY_BYTES + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return members;
}

function broken(detail: string): InvalidInputError {
  return new InvalidInputError('undecodable', `npz file: ${detail}`);
}
