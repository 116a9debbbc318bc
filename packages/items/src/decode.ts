import { fromProtoJson, HEADER, Item, Review } from '@tercet/contracts';
import { InvalidInputError } from '@tercet/kit';
import { blankBrokenTexts } from './broken-json-text.js';
import { brokenProtoTexts } from './broken-proto-text.js';
import { decodeUtf8 } from './check-part.js';

/** A record's value and headers, as they came. */
export interface Encoded {
  readonly value: Uint8Array | undefined;
  readonly headers: Readonly<Record<string, Uint8Array>>;
}

/** An item as its message, and what got lost on the way. */
export interface DecodedItem {
  readonly item: Item;
  /** Indices of the parts whose text is not valid UTF-8, or in JSON holds an unpaired surrogate. */
  readonly brokenTexts: ReadonlySet<number>;
}

/**
 * Decodes an item: protobuf, or strict proto3 JSON where the header says so.
 * @throws InvalidInputError `empty_value`, `undecodable`, `wrong_field`; the detail holds names of the schema alone.
 */
export function decodeItem(encoded: Encoded): DecodedItem {
  const value = presentValue(encoded);
  if (!isJson(encoded)) {
    const item = decodeProto(Item, value);
    return { item, brokenTexts: brokenProtoTexts(value, item) };
  }
  const { json, brokenTexts } = blankBrokenTexts(decodeJsonText(value));
  return { item: decodeJson(Item, 'Item', json), brokenTexts };
}

/** Decodes a review, as {@link decodeItem} does an item. An unpaired surrogate anywhere is `wrong_field`. */
export function decodeReview(encoded: Encoded): Review {
  const value = presentValue(encoded);
  return isJson(encoded) ? decodeJson(Review, 'Review', decodeJsonText(value)) : decodeProto(Review, value);
}

function presentValue({ value }: Encoded): Uint8Array {
  if (!value || value.length === 0) throw new InvalidInputError('empty_value');
  return value;
}

function isJson({ headers }: Encoded): boolean {
  const header = headers[HEADER.contentType];
  if (!header) return false;
  const mediaType = Buffer.from(header).toString('latin1').split(';')[0] ?? '';
  return mediaType.trim().toLowerCase() === 'application/json';
}

interface MessageType<T> {
  decode(input: Uint8Array): T;
  encode(message: T): { finish(): Uint8Array };
}

function decodeProto<T>(type: MessageType<T>, value: Uint8Array): T {
  try {
    return type.decode(value);
  } catch (error) {
    const hint = value[0] === 0x7b ? 'JSON without its content-type header?' : 'not protobuf';
    throw new InvalidInputError('undecodable', hint, { cause: error });
  }
}

function decodeJsonText(value: Uint8Array): string {
  const text = decodeUtf8(value);
  if (text === undefined) throw new InvalidInputError('undecodable', 'the JSON is not valid UTF-8');
  // RFC 8259 lets a reader ignore a byte order mark.
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function decodeJson<T>(type: MessageType<T>, typeName: string, json: string): T {
  try {
    return fromProtoJson(type, typeName, json);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new InvalidInputError('undecodable', 'not JSON', { cause: error });
    }
    throw new InvalidInputError('wrong_field', fieldNamed(error), { cause: error });
  }
}

/** Names the schema's field or message that an error of the JSON reader speaks of; its values and unknown keys are left out. */
function fieldNamed(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const field = /\bfield (tercet\.v1\.[\w.]+)/.exec(message)?.[1];
  if (field) return field;
  const type = /\bmessage (tercet\.v1\.[\w.]+)/.exec(message)?.[1];
  return type ? `in ${type}` : '';
}
