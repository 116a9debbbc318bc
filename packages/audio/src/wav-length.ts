/** Sizes that programs write which cannot go back to the header: 2^31 less a page, and everything above. */
const OPEN_FROM = 0x7fff_f000;

/**
 * Closes a RIFF WAVE file that was written to a pipe, its length left open: where the `data` chunk's size stands for
 * none, a copy is answered whose size is what is there, in whole sample frames. Any other file that ends before its
 * announced size is cut off, and is answered as it is, for the decoder to refuse.
 */
export function closeOpenWav(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.toString('latin1', 0, 4) !== 'RIFF' || view.toString('latin1', 8, 12) !== 'WAVE') return bytes;
  let frameBytes = 1;
  for (let at = 12; at + 8 <= view.length; ) {
    const name = view.toString('latin1', at, at + 4);
    const size = view.readUInt32LE(at + 4);
    if (name === 'fmt ' && at + 22 <= view.length) frameBytes = Math.max(1, view.readUInt16LE(at + 20));
    if (name === 'data') {
      const there = view.length - at - 8;
      return size < OPEN_FROM || size <= there ? bytes : withSize(view, at, there - (there % frameBytes));
    }
    // Chunks are padded to an even length.
    at += 8 + size + (size % 2);
  }
  return bytes;
}

function withSize(wav: Buffer, dataAt: number, size: number): Buffer {
  const closed = Buffer.from(wav.subarray(0, dataAt + 8 + size));
  closed.writeUInt32LE(closed.length - 8, 4);
  closed.writeUInt32LE(size, dataAt + 4);
  return closed;
}
