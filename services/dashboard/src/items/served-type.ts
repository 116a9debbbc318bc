import { fileTypeFromBuffer } from 'file-type';

/** Pictures that browsers draw and nothing runs in, and sound with the containers that it comes in. */
const SHOWN =
  /^(image\/(png|apng|jpeg|gif|webp|avif|bmp)|audio\/[a-z0-9.+-]+|video\/(mp4|webm|ogg|quicktime)|application\/ogg)$/;

/**
 * The media type that content is served under. The bytes decide, not upstream's word, so that nothing active is ever served
 * as what it is: text as plain text, known pictures and sounds as themselves, all else as bytes without a meaning.
 */
export async function servedType(bytes: Uint8Array, wanted: string): Promise<string> {
  if (wanted === 'text/plain') return 'text/plain; charset=utf-8';
  const found = (await fileTypeFromBuffer(bytes))?.mime ?? '';
  return SHOWN.test(found) ? found : 'application/octet-stream';
}
