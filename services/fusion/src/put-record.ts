import { createHash } from 'node:crypto';
import type { BusRecord } from '@tercet/bus';
import {
  ItemErased,
  ItemOpened,
  ItemRedecide,
  JoinRecord,
  PartEmbedded,
  PartEmpty,
  PartFailed,
  Review,
} from '@tercet/contracts';
import type { PutBody, PutRecord } from '@tercet/join-state';
import { packPayload, type StoredKind } from './stored-payload.js';

/** Why a record of `embeddings` cannot be applied at all. */
export type Unreadable = 'empty_value' | 'undecodable' | 'bad_version' | 'key_mismatch' | 'bad_part_id';

/** Turns a record of `embeddings` into what the state takes; what none of ours wrote is named, never thrown. */
export function toPutRecord(record: BusRecord): PutRecord | Unreadable {
  if (record.value === undefined) return 'empty_value';
  let joined: JoinRecord;
  try {
    joined = JoinRecord.decode(record.value);
  } catch {
    // The decoder throws its own kinds for truncated bytes; the reader only needs to know that it did.
    return 'undecodable';
  }
  const { itemKey, version } = joined;
  if (joined.body === undefined || itemKey === '') return 'undecodable';
  if (version < 1n) return 'bad_version';
  if (record.key === undefined || Buffer.from(record.key).toString() !== itemKey) return 'key_mismatch';
  const own = ownBody(joined.body, Number(record.timestampMs));
  if (typeof own === 'string') return own;
  const payload = packPayload(own.kind, record.offset, record.headers['traceparent'], own.message);
  return {
    itemKey,
    version,
    offset: record.offset,
    timeMs: Number(record.timestampMs),
    payload,
    ...own.body,
  };
}

interface Own {
  readonly body: PutBody;
  readonly kind: StoredKind;
  readonly message: Uint8Array;
}

function ownBody(body: NonNullable<JoinRecord['body']>, timeMs: number): Own | Unreadable {
  switch (body.$case) {
    case 'itemOpened': {
      const partIds = body.value.parts.map((part) => part.partId);
      if (!partIds.every(isPartId) || new Set(partIds).size !== partIds.length) return 'bad_part_id';
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
      const { partId } = body.value;
      if (!isPartId(partId)) return 'bad_part_id';
      return {
        body: { kind: 'embedded', partId, digest: modelsDigest(body.value) },
        kind: 'embedded',
        message: PartEmbedded.encode(body.value).finish(),
      };
    }
    case 'partEmpty':
    case 'partFailed': {
      const { partId } = body.value;
      if (!isPartId(partId)) return 'bad_part_id';
      const empty = body.$case === 'partEmpty';
      const message = (empty ? PartEmpty : PartFailed).encode(body.value as PartFailed).finish();
      return { body: { kind: 'failed', partId }, kind: empty ? 'empty' : 'failed', message };
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
const isPartId = (id: string): boolean => id.length > 0 && id.length <= 200 && !/[\n\0]/.test(id);

/** Tells apart what different models made of one part: 12 hex digits over the models' digests. */
function modelsDigest(part: PartEmbedded): string {
  const digests = part.embeddings.map((embedding) => embedding.model?.digest ?? '').sort();
  return createHash('sha256').update(digests.join('\n')).digest('hex').slice(0, 12);
}
