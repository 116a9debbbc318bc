import { findModality, type InvalidCode, type Part } from '@tercet/contracts';
import { isSha256, sha256Hex } from '@tercet/kit';
import type { ItemLimits } from './limits.js';
import { isLanguageTag } from './names.js';

const MAX_MEDIA_TYPE_CHARS = 127;
const MAX_URI_CHARS = 2048;

/** Why a part cannot be used, while its item can. */
export interface PartFailure {
  readonly code: InvalidCode;
  /** For people; never content. */
  readonly detail: string;
}

/** Where a usable part's bytes are. */
export type PartContent =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly sha256: string }
  | { readonly kind: 'text'; readonly text: string; readonly bytes: Uint8Array; readonly sha256: string }
  | { readonly kind: 'uri'; readonly uri: string; readonly sha256: string };

/** A part with every field of a known form, and either content or the reason why there is none. */
export interface CheckedPart {
  readonly partId: string;
  /** As upstream named it where it has the form of a modality's name; else empty. */
  readonly modality: string;
  readonly mediaType: string;
  /** BCP 47 tag; empty where upstream gave none, or something else. */
  readonly language: string;
  readonly content: PartContent | PartFailure;
}

export function isFailure(content: PartContent | PartFailure): content is PartFailure {
  return 'code' in content;
}

/** Checks one part. `brokenText`: the text was not valid UTF-8 (or UTF-16, in JSON) where it was decoded. */
export function checkPart(part: Part, limits: ItemLimits, brokenText: boolean): CheckedPart {
  const longMediaType = part.mediaType.length > MAX_MEDIA_TYPE_CHARS;
  return {
    partId: part.partId,
    modality: /^[a-z][a-z0-9_-]{0,31}$/.test(part.modality) ? part.modality : '',
    mediaType: longMediaType ? '' : part.mediaType,
    language: isLanguageTag(part.language) ? part.language : '',
    content: longMediaType
      ? fail('unsupported_media', `media type longer than ${MAX_MEDIA_TYPE_CHARS} characters`)
      : checkContent(part, limits, brokenText),
  };
}

function checkContent(part: Part, limits: ItemLimits, brokenText: boolean): PartContent | PartFailure {
  if (!findModality(part.modality)) return fail('unknown_modality', '');
  if (part.sha256 !== '' && !isSha256(part.sha256)) {
    return fail('sha256_mismatch', 'the given sha256 is not 64 lower-case hex digits');
  }
  if (brokenText) return fail('bad_text', '');
  const { content } = part;
  switch (content?.$case) {
    case 'text':
      if (part.modality !== 'text') return fail('media_mismatch', 'text given for another modality');
      return checkText(content.value, part.sha256, limits);
    case 'inline':
      if (content.value.length === 0) return fail('no_content', 'the inline bytes are empty');
      if (part.modality === 'text') return checkInlineText(content.value, part.sha256, limits);
      return checkBytes(content.value, part.sha256, limits);
    case 'uri':
      return checkUri(content.value, part.sha256);
    case undefined:
      return fail('no_content', '');
  }
}

function checkText(text: string, given: string, limits: ItemLimits): PartContent | PartFailure {
  if (/\p{Cs}/u.test(text)) return fail('bad_text', 'unpaired surrogate');
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > limits.maxTextBytes) return tooLarge(bytes.length, limits.maxTextBytes);
  return withHash(bytes, given, (sha256) => ({ kind: 'text', text, bytes, sha256 }));
}

function checkInlineText(bytes: Uint8Array, given: string, limits: ItemLimits): PartContent | PartFailure {
  if (bytes.length > limits.maxTextBytes) return tooLarge(bytes.length, limits.maxTextBytes);
  const text = decodeUtf8(bytes);
  if (text === undefined) return fail('bad_text', '');
  return withHash(bytes, given, (sha256) => ({ kind: 'text', text, bytes, sha256 }));
}

function checkBytes(bytes: Uint8Array, given: string, limits: ItemLimits): PartContent | PartFailure {
  if (bytes.length > limits.maxPartBytes) return tooLarge(bytes.length, limits.maxPartBytes);
  return withHash(bytes, given, (sha256) => ({ kind: 'bytes', bytes, sha256 }));
}

function withHash(
  bytes: Uint8Array,
  given: string,
  make: (sha256: string) => PartContent,
): PartContent | PartFailure {
  const sha256 = sha256Hex(bytes);
  return given === '' || given === sha256 ? make(sha256) : fail('sha256_mismatch', `${bytes.length} bytes`);
}

function checkUri(uri: string, given: string): PartContent | PartFailure {
  if (uri.length > MAX_URI_CHARS) return fail('bad_uri', `longer than ${MAX_URI_CHARS} characters`);
  if (uri.startsWith('sha256:')) {
    const sha256 = uri.slice('sha256:'.length);
    if (!isSha256(sha256)) return fail('bad_uri', 'sha256: is not followed by 64 lower-case hex digits');
    if (given !== '' && given !== sha256) return fail('sha256_mismatch', 'the address names another sha256');
    return { kind: 'uri', uri, sha256 };
  }
  if (!URL.canParse(uri) || /\p{Cc}/u.test(uri)) return fail('bad_uri', 'malformed address');
  const { protocol } = new URL(uri);
  if (protocol !== 'https:' && protocol !== 's3:') return fail('bad_uri', 'the scheme is not served');
  return { kind: 'uri', uri, sha256: given };
}

/** Strict UTF-8; undefined where it is not. A byte order mark stays, so that the bytes keep their hash. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The one thing a fatal decoder throws for; the caller names the code.
    return undefined;
  }
}

function tooLarge(sizeBytes: number, maxBytes: number): PartFailure {
  return fail('too_large', `${sizeBytes} bytes, the limit is ${maxBytes}`);
}

function fail(code: InvalidCode, detail: string): PartFailure {
  return { code, detail };
}
