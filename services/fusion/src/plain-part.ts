import { PlainReader } from '@tercet/contracts';

/** What the state needs to know of a part's vectors. */
export interface PlainPart {
  readonly itemKey: string;
  readonly version: bigint;
  readonly partId: string;
  /** One per embedding, in the record's order; empty where it names no model. */
  readonly modelDigests: readonly string[];
  /** The record's PartEmbedded, encoded. */
  readonly body: Uint8Array;
}

/**
 * Reads an encoded JoinRecord that holds a part's vectors, laid out plainly, without building its message: most records are of this
 * kind, and the state asks for four of their fields. Whatever this answers for, the decoder takes, and reads the same there.
 * @returns undefined for anything else, sound or not: other bodies, fields that are rare or unknown, text that is not
 * ASCII, another key than the record's. The decoder has the word then.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function plainPart(record: Uint8Array, key: Uint8Array): PlainPart | undefined {
  const reader = new PlainReader(record);
  const { end } = reader;
  let itemKey = '';
  let version = 0;
  let partId = '';
  let body: Uint8Array | undefined;
  const modelDigests: string[] = [];
  while (reader.at < end) {
    const tag = reader.byte();
    if (tag === KEY) itemKey = reader.text(end);
    else if (tag === VERSION) version = reader.varint(end);
    else if (tag === PART_EMBEDDED && body === undefined) {
      const partEnd = reader.length(end);
      body = record.subarray(reader.at, partEnd);
      while (reader.at < partEnd) {
        const inner = reader.byte();
        if (inner === PART_ID) partId = reader.text(partEnd);
        else if (inner === EMBEDDING) modelDigests.push(readEmbedding(reader, reader.length(partEnd)));
        else if (PART_TEXTS.includes(inner)) reader.skip(partEnd);
        else return undefined;
      }
    } else return undefined;
  }
  if (reader.failed || body === undefined || version === 0 || itemKey === '') return undefined;
  if (Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1') !== itemKey)
    return undefined;
  return { itemKey, version: BigInt(version), partId, modelDigests, body };
}

// A field's number and wire type; of the messages of proto/tercet/v1/join_record.proto and embedding.proto.
const text = (field: number): number => field * 8 + 2;
const integer = (field: number): number => field * 8;
const KEY = text(1);
const VERSION = integer(2);
const PART_EMBEDDED = text(11);
const PART_ID = text(1);
const EMBEDDING = text(4);
/** modality, encoder_digest, language. */
const PART_TEXTS = [text(2), text(3), text(6)];
const MODEL = text(1);
const VECTOR = text(4);
const VECTOR_DIGEST = text(5);
const MODEL_DIGEST = text(3);
const SPAN = text(2);

/** Answers the digest of the embedding's model. */
function readEmbedding(reader: PlainReader, end: number): string {
  let digest = '';
  while (reader.at < end) {
    const tag = reader.byte();
    if (tag === MODEL) digest = readModel(reader, reader.length(end));
    else if (tag === integer(2) || tag === integer(3)) reader.varint(end);
    else if (tag === VECTOR) passVector(reader, reader.length(end));
    else if (tag === VECTOR_DIGEST) reader.skip(end);
    else reader.fail();
  }
  return digest;
}

function readModel(reader: PlainReader, end: number): string {
  let digest = '';
  while (reader.at < end) {
    const tag = reader.byte();
    if (tag === MODEL_DIGEST) digest = reader.text(end);
    else if (tag === text(1) || tag === text(2)) reader.skip(end);
    else reader.fail();
  }
  return digest;
}

function passVector(reader: PlainReader, end: number): void {
  while (reader.at < end) {
    const tag = reader.byte();
    if (tag === text(1)) reader.skip(end);
    else if (tag === SPAN) {
      const spanEnd = reader.length(end);
      while (reader.at < spanEnd) {
        const field = reader.byte();
        if (field === integer(1) || field === integer(2) || field === integer(3)) reader.varint(spanEnd);
        else reader.fail();
      }
    } else reader.fail();
  }
}
