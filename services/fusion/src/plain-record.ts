import { PlainReader } from '@tercet/contracts';
import { type PlainOpening, readOpening } from './plain-opening.js';
import { type PlainPart, readPart } from './plain-part.js';

/** What the state needs to know of a record. */
export interface PlainRecord {
  readonly itemKey: string;
  readonly version: bigint;
  readonly body: PlainPart | PlainOpening;
}

/**
 * Reads an encoded JoinRecord that opens an item or holds a part's vectors, laid out plainly, without building its message: nearly
 * all records are of these kinds, and the state asks for few of their fields. Whatever this answers for, the decoder takes,
 * and reads the same there.
 * @returns undefined for anything else, sound or not: other bodies, fields that are rare or unknown, text that is not
 * ASCII, another key than the record's. The decoder has the word then.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function plainRecord(record: Uint8Array, key: Uint8Array): PlainRecord | undefined {
  const reader = new PlainReader(record);
  const { end } = reader;
  let itemKey = '';
  let version = 0;
  let body: PlainPart | PlainOpening | undefined;
  while (reader.at < end) {
    const tag = reader.byte();
    if (tag === KEY) itemKey = reader.text(end);
    else if (tag === VERSION) version = reader.varint(end);
    else if (body !== undefined) return undefined;
    else if (tag === PART_EMBEDDED) body = readPart(reader, reader.length(end), record);
    else if (tag === ITEM_OPENED) body = readOpening(reader, reader.length(end), record);
    else return undefined;
  }
  if (reader.failed || body === undefined || version === 0 || !isWritten(itemKey, key)) return undefined;
  return { itemKey, version: BigInt(version), body };
}

// Tags: a field's number and wire type. Of the message of proto/tercet/v1/join_record.proto.
const KEY = 1 * 8 + 2;
const VERSION = 2 * 8;
const ITEM_OPENED = 10 * 8 + 2;
const PART_EMBEDDED = 11 * 8 + 2;

/** A text in ASCII that is not empty. */
function isWritten(text: string, bytes: Uint8Array): boolean {
  if (text === '' || text.length !== bytes.length) return false;
  for (let at = 0; at < bytes.length; at += 1) if (text.charCodeAt(at) !== bytes[at]) return false;
  return true;
}
