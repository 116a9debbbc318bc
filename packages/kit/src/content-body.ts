import { tooLarge } from './content-store.js';

/**
 * Collects a body of at most `maxBytes`. Throws `too_large` as soon as more has come, or at once where `announced`,
 * the sender's own figure, is above the limit.
 */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  announced?: number,
): Promise<Uint8Array> {
  if (announced !== undefined && announced > maxBytes) throw tooLarge(announced, maxBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(size, maxBytes);
    parts.push(chunk);
  }
  return Buffer.concat(parts, size);
}

/** A Content-Length header as a number; undefined where it is absent or no number. */
export function contentLength(header: string | null | undefined): number | undefined {
  return header && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
