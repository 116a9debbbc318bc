import type { Readable } from '@tercet/encoder/authoring';
import { fileTypeFromBuffer } from 'file-type';

/** What ffmpeg is let read; containers of films count for their sound. */
export const READABLE: Readable = {
  kinds: new Set([
    'audio/wav',
    'audio/mpeg',
    'audio/aac',
    'audio/mp4',
    'audio/x-m4a',
    'audio/flac',
    'audio/ogg',
    'audio/aiff',
    'audio/amr',
    'application/ogg',
    'video/ogg',
    'video/mp4',
    'video/x-m4v',
    'video/3gpp',
    'video/3gpp2',
    'video/quicktime',
    'video/webm',
    'video/matroska',
  ]),
  classes: ['audio', 'video'],
};

/** Media type by the bytes; undefined where they begin like nothing known. */
export async function findMediaType(bytes: Uint8Array): Promise<string | undefined> {
  return (await fileTypeFromBuffer(bytes))?.mime;
}
