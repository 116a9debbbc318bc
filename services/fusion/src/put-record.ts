import { createHash } from 'node:crypto';
import type { BusRecord } from '@tercet/bus';
import { ItemErased, ItemOpened, ItemRedecide, JoinRecord, Review } from '@tercet/contracts';
import type { PutBody, PutRecord } from '@tercet/join-state';
import { EmbeddedRecord } from './embedded-record.js';
import { type PlainRecord, plainRecord } from './plain-record.js';
import { rawBody } from './raw-body.js';
import { packPayload, type StoredKind } from './stored-payload.js';

/** Why a record of `embeddings` cannot be applied at all. */
export type Unreadable = 'empty_value' | 'undecodable' | 'bad_version' | 'key_mismatch' | 'bad_part_id';

/** Turns a record of `embeddings` into what the state takes; what none of ours wrote is named, never thrown. */
export function toPutRecord(record: BusRecord): PutRecord | Unreadable {
  const { key, value } = record;
  if (value === undefined) return 'empty_value';
  const plain = key && plainRecord(value, key);
  return (plain && plainPut(record, plain)) ?? decodedPut(record, value);
}

/** Undefined where a part's id is not one. */
function plainPut(record: BusRecord, { itemKey, version, body }: PlainRecord): PutRecord | undefined {
  const { offset } = record;
  const timeMs = Number(record.timestampMs);
  const { traceparent } = record.headers;
  if (body.kind === 'opened') {
    const { kind, partIds, windowMs } = body;
    if (!areManifest(partIds)) return undefined;
    const payload = packPayload(kind, offset, traceparent, body.body);
    return { itemKey, version, offset, timeMs, payload, kind, partIds, deadlineMs: timeMs + windowMs };
  }
  const { partId, modelDigests } = body;
  if (!isPartId(partId)) return undefined;
  const part = { itemKey, version, offset, timeMs, partId, digest: modelsDigest(modelDigests) };
  return new EmbeddedRecord(part, traceparent, body.body);
}

function decodedPut(record: BusRecord, value: Uint8Array): PutRecord | Unreadable {
  let joined: JoinRecord;
  let encoded: Uint8Array;
  try {
    joined = JoinRecord.decode(value);
    encoded = rawBody(value);
  } catch {
    // The decoder throws its own kinds for truncated bytes; the reader only needs to know that it did.
    return 'undecodable';
  }
  const { itemKey, version } = joined;
  if (joined.body === undefined || itemKey === '') return 'undecodable';
  if (version < 1n) return 'bad_version';
  if (record.key === undefined || textOf(record.key) !== itemKey) return 'key_mismatch';
  const { offset } = record;
  const timeMs = Number(record.timestampMs);
  const own = ownBody(joined.body, encoded, timeMs);
  if (typeof own === 'string') return own;
  const payload = packPayload(own.kind, offset, record.headers['traceparent'], own.message);
  return { itemKey, version, offset, timeMs, payload, ...own.body };
}

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString();

interface Own {
  readonly body: PutBody;
  readonly kind: StoredKind;
  readonly message: Uint8Array;
}

// What is kept whole is kept as it came: decoding it has shown that it is sound, and encoding it again would only cost.
function ownBody(
  body: NonNullable<JoinRecord['body']>,
  encoded: Uint8Array,
  timeMs: number,
): Own | Unreadable {
  switch (body.$case) {
    case 'itemOpened': {
      const partIds = body.value.parts.map((part) => part.partId);
      if (!areManifest(partIds)) return 'bad_part_id';
      return {
        body: { kind: 'opened', partIds, deadlineMs: timeMs + Number(body.value.windowMs) },
        kind: 'opened',
        // What no decision needs stays in Kafka: it would be most of an open item's memory.
        message: ItemOpened.encode({
          ...body.value,
          parts: body.value.parts.map((part) => ({ ...part, uri: '', mediaType: '', sizeBytes: 0n })),
        }).finish(),
      };
    }
    case 'partEmbedded': {
      const { partId, embeddings } = body.value;
      if (!isPartId(partId)) return 'bad_part_id';
      const digests = embeddings.map(({ model }) => model?.digest ?? '');
      const digest = modelsDigest(digests);
      return { body: { kind: 'embedded', partId, digest }, kind: 'embedded', message: encoded };
    }
    case 'partEmpty':
    case 'partFailed': {
      const { partId } = body.value;
      if (!isPartId(partId)) return 'bad_part_id';
      const empty = body.$case === 'partEmpty';
      return { body: { kind: 'failed', partId }, kind: empty ? 'empty' : 'failed', message: encoded };
    }
    case 'itemErased':
      return { body: { kind: 'erased' }, kind: 'erased', message: ItemErased.encode(body.value).finish() };
    case 'itemReviewed': {
      const { review } = body.value;
      if (review === undefined) return 'undecodable';
      return {
        body: { kind: 'reviewed', revision: review.revision },
        kind: 'reviewed',
        message: Review.encode(review).finish(),
      };
    }
    case 'itemRedecide':
      return {
        body: { kind: 'redecide' },
        kind: 'redecide',
        message: ItemRedecide.encode(body.value).finish(),
      };
  }
}

// Part ids are separated by line feeds in the state.
const SEPARATOR = /[\n\0]/;
const isPartId = (id: string): boolean => id.length > 0 && id.length <= 200 && !SEPARATOR.test(id);

const areManifest = (partIds: readonly string[]): boolean =>
  partIds.every(isPartId) && new Set(partIds).size === partIds.length;

/** Deployments have few sets of models; of a sender that makes them up the latest are kept. */
const MOST_SETS = 16;
const sets: { readonly models: readonly string[]; readonly digest: string }[] = [];
let oldest = 0;

/** Tells apart what different models made of one part: 12 hex digits over the models' digests. */
function modelsDigest(models: readonly string[]): string {
  for (const known of sets) if (isSame(known.models, models)) return known.digest;
  const text = [...models].sort().join('\n');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  if (text.length < 1_000) {
    sets[oldest] = { models, digest };
    oldest = (oldest + 1) % MOST_SETS;
  }
  return digest;
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one, n) => one === others[n]);
