import { describe, expect, it } from 'vitest';
import { NpzFile } from './npz.js';

/** An archive of one stored array of two float32 values, 1 and -2, named `a`. */
function archive(header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n"): Buffer {
  const npy = Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.from(Uint16Array.of(header.length).buffer),
    Buffer.from(header),
    Buffer.from(Float32Array.of(1, -2).buffer),
  ]);
  const local = Buffer.alloc(35);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(5, 26);
  local.write('a.npy', 30);
  const entry = Buffer.alloc(51);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt32LE(npy.length, 20);
  entry.writeUInt32LE(npy.length, 24);
  entry.writeUInt16LE(5, 28);
  entry.write('a.npy', 46);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + npy.length, 16);
  return Buffer.concat([local, npy, entry, end]);
}

describe('NpzFile', () => {
  it('reads an array of the type and shape that is asked for', () => {
    expect([...new NpzFile(archive()).floats('a', [2])]).toEqual([1, -2]);
  });

  it('refuses another name, type or shape', () => {
    const file = new NpzFile(archive());
    for (const read of [
      () => file.floats('b', [2]),
      () => file.floats('a', [1, 2]),
      () => file.bytes('a', [2]),
    ])
      expect(read).toThrow(expect.objectContaining({ code: 'undecodable' }));
    const columns = archive("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }\n");
    expect(() => new NpzFile(columns).floats('a', [2])).toThrow(
      expect.objectContaining({ code: 'undecodable' }),
    );
  });

  it('refuses what is no archive, or is cut short', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(64), archive().subarray(0, 80)])
      expect(() => new NpzFile(bytes)).toThrow(expect.objectContaining({ code: 'undecodable' }));
  });
});
