import type { PlainReader } from '@tercet/contracts';

export interface PlainOpening {
  readonly kind: 'opened';
  /** As they came: neither checked nor told apart. */
  readonly partIds: readonly string[];
  readonly windowMs: number;
  /** The record's ItemOpened, encoded, without what no decision needs: where its parts are kept, their media types and sizes. */
  readonly body: Uint8Array;
}

/** Reads an ItemOpened of `record` from where the reader stands to `end`. Anything that is not plain leaves the reader failed. */
export function readOpening(reader: PlainReader, end: number, record: Uint8Array): PlainOpening {
  const partIds: string[] = [];
  const lean = new LeanCopy(record, reader.at, end);
  let windowMs = 0;
  while (reader.at < end) {
    const tagAt = reader.at;
    const tag = reader.byte();
    if (tag === PART) partIds.push(readPart(reader, reader.length(end), tagAt, lean));
    else if (tag === CONTEXT) passFlat(reader, reader.length(end), 3, 5);
    else if (tag === POLICY) passFlat(reader, reader.length(end), 3, 3);
    else if (tag === HEAD_SET) passFlat(reader, reader.length(end), 2, 2);
    else if (tag === WINDOW) windowMs = reader.varint(end);
    else reader.fail();
  }
  return { kind: 'opened', partIds, windowMs, body: lean.upTo(end) };
}

// Tags: a field's number and wire type. Of the messages of proto/tercet/v1/join_record.proto.
const text = (field: number): number => field * 8 + 2;
const integer = (field: number): number => field * 8;
const PART = text(1);
const CONTEXT = text(2);
const POLICY = text(3);
const HEAD_SET = text(4);
const WINDOW = integer(5);
const PART_ID = text(1);
const MEDIA_TYPE = text(3);
const SIZE = integer(5);
const URI = text(8);
/** modality, sha256, language, source_part_id. */
const KEPT = [text(2), text(4), text(6), text(7)];

/** Answers the part's id. */
function readPart(reader: PlainReader, end: number, tagAt: number, lean: LeanCopy): string {
  const from = reader.at;
  const dropped: number[] = [];
  let partId = '';
  while (reader.at < end) {
    const at = reader.at;
    const tag = reader.byte();
    if (tag === PART_ID) partId = reader.text(end);
    else if (KEPT.includes(tag)) reader.skip(end);
    else {
      if (tag === MEDIA_TYPE || tag === URI) reader.skip(end);
      else if (tag === SIZE) reader.varint(end);
      else reader.fail();
      dropped.push(at, reader.at);
    }
  }
  if (!reader.failed && dropped.length > 0) lean.without(dropped, tagAt, from, end);
  return partId;
}

/** Passes a message whose fields are texts up to `lastText`, and integers behind. */
function passFlat(reader: PlainReader, end: number, lastText: number, last: number): void {
  while (reader.at < end) {
    const tag = reader.byte();
    const field = tag >> 3;
    if (field < 1 || field > last || tag !== (field > lastText ? integer(field) : text(field))) reader.fail();
    else if (field > lastText) reader.varint(end);
    else reader.skip(end);
  }
}

/** A copy of a message's bytes, parts of which are left out. Never longer than the message: a shorter length is not written longer. */
class LeanCopy {
  readonly #from: Uint8Array;
  readonly #to: Buffer;
  #at = 0;
  /** Up to here everything is copied or left out. */
  #done: number;

  constructor(message: Uint8Array, from: number, end: number) {
    this.#from = message;
    this.#to = Buffer.allocUnsafe(end - from);
    this.#done = from;
  }

  /** Writes the message that begins at `tagAt`, its fields from `from` to `end`, without the ranges in `dropped`. */
  without(dropped: readonly number[], tagAt: number, from: number, end: number): void {
    // The tag is one byte.
    this.#copy(tagAt + 1);
    let length = end - from;
    for (let n = 0; n < dropped.length; n += 2) length -= (dropped[n + 1] as number) - (dropped[n] as number);
    for (; length >= 0x80; length = Math.floor(length / 0x80)) this.#to[this.#at++] = (length % 0x80) + 0x80;
    this.#to[this.#at++] = length;
    this.#done = from;
    for (let n = 0; n < dropped.length; n += 2) {
      this.#copy(dropped[n] as number);
      this.#done = dropped[n + 1] as number;
    }
    this.#copy(end);
  }

  upTo(end: number): Uint8Array {
    this.#copy(end);
    return this.#to.subarray(0, this.#at);
  }

  /** By hand: a range is of some dozen bytes, and Buffer's own copy makes an object for each. */
  #copy(end: number): void {
    for (; this.#done < end; this.#done += 1) this.#to[this.#at++] = this.#from[this.#done] as number;
  }
}
