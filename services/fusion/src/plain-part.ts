import { Known, PlainReader } from '@tercet/contracts';

export interface PlainPart {
  readonly kind: 'embedded';
  readonly partId: string;
  /** One per embedding, in the record's order; empty where it names no model. */
  readonly modelDigests: readonly string[];
  /** The record's PartEmbedded, encoded. */
  readonly body: Uint8Array;
}

/** Reads a PartEmbedded of `record` from where the reader stands to `end`. Anything that is not plain leaves the reader failed. */
export function readPart(reader: PlainReader, end: number, record: Uint8Array): PlainPart {
  const body = record.subarray(reader.at, end);
  let partId = '';
  const modelDigests: string[] = [];
  while (reader.at < end) {
    const tag = reader.byte();
    if (tag === PART_ID) partId = reader.text(end);
    else if (tag === EMBEDDING) modelDigests.push(readEmbedding(reader, reader.length(end)));
    else if (PART_TEXTS.includes(tag)) reader.skip(end);
    else reader.fail();
  }
  return { kind: 'embedded', partId, modelDigests, body };
}

// A field's number and wire type; of the messages of proto/tercet/v1/join_record.proto and embedding.proto.
const text = (field: number): number => field * 8 + 2;
const integer = (field: number): number => field * 8;
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
    if (tag === MODEL) digest = reader.known(end, models) ?? failing(reader);
    else if (tag === integer(2) || tag === integer(3)) reader.varint(end);
    else if (tag === VECTOR) passVector(reader, reader.length(end));
    else if (tag === VECTOR_DIGEST) reader.skip(end);
    else reader.fail();
  }
  return digest;
}

function failing(reader: PlainReader): string {
  reader.fail();
  return '';
}

/** A deployment has few models: their digests are the same texts each time. */
const models = new Known(readModel);

/** Answers the model's digest; undefined where it is not laid out plainly. */
function readModel(bytes: Uint8Array): string | undefined {
  const reader = new PlainReader(bytes);
  const { end } = reader;
  let digest = '';
  while (reader.at < end) {
    const tag = reader.byte();
    if (tag === MODEL_DIGEST) digest = reader.text(end);
    else if (tag === text(1) || tag === text(2)) reader.skip(end);
    else reader.fail();
  }
  return reader.failed ? undefined : digest;
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
