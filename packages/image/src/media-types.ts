import type { Readable } from '@tercet/encoder/authoring';
import { fileTypeFromBuffer } from 'file-type';

/** What libvips is let read. Vector graphics, TIFF and everything behind a general decoder stay out. */
export const READABLE: Readable = {
  kinds: new Set(['image/jpeg', 'image/png', 'image/apng', 'image/webp', 'image/gif', 'image/avif']),
  classes: ['image'],
};

/** Media type by the bytes; undefined where they begin like nothing known. */
export async function findMediaType(bytes: Uint8Array): Promise<string | undefined> {
  return (await fileTypeFromBuffer(bytes))?.mime;
}

/** Whether an AVIF is a sequence, of which libvips shows one picture only: the major brand says so. */
export function isAvifSequence(bytes: Uint8Array): boolean {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.length)).toString('latin1', 4) ===
    'ftypavis'
  );
}

/**
 * Frames of an animated PNG by its `acTL` chunk (APNG specification 1.0), 1 where it has none: libvips shows the
 * default picture only, so the others have to be told as not looked at.
 */
export function countPngFrames(bytes: Uint8Array): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  // 8 bytes of signature, then chunks: length, type, data, check sum.
  for (let at = 8; at + 16 <= view.length; at += 12 + view.readUInt32BE(at)) {
    const type = view.toString('latin1', at + 4, at + 8);
    if (type === 'acTL') return Math.max(1, view.readUInt32BE(at + 8));
    if (type === 'IDAT') break;
  }
  return 1;
}
