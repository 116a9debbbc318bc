import { Part } from '@tercet/contracts';

/** A text part, in English. */
export function text(partId: string, words: string): Part {
  const content = { $case: 'text' as const, value: words };
  return Part.fromPartial({ partId, modality: 'text', language: 'en', content });
}

/** A picture that comes inline. */
export function image(partId: string, jpeg: Uint8Array): Part {
  const content = { $case: 'inline' as const, value: jpeg };
  return Part.fromPartial({ partId, modality: 'image', mediaType: 'image/jpeg', content });
}

/** A sound that comes inline. */
export function audio(partId: string, bytes: Uint8Array, mediaType = 'audio/wav'): Part {
  const content = { $case: 'inline' as const, value: bytes };
  return Part.fromPartial({ partId, modality: 'audio', mediaType, content });
}

/** A picture that lies with upstream. */
export function imageAt(partId: string, uri: string): Part {
  const content = { $case: 'uri' as const, value: uri };
  return Part.fromPartial({ partId, modality: 'image', mediaType: 'image/jpeg', content });
}

/** The first part of the bytes, as an upload that broke off leaves them. */
export function cutOff(bytes: Uint8Array, share: number): Uint8Array {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}
