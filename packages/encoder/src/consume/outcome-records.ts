import type { OutgoingRecord } from '@tercet/bus';
import type { ModelRef, RawPart } from '@tercet/contracts';
import { derivedPartId, JoinRecord, TOPIC } from '@tercet/contracts';
import { BugError, type ContentStore, type InvalidInputError } from '@tercet/kit';
import type { Derives, Outcome } from '../modality.js';
import { derivedRecord } from './derived-record.js';

/** What is published of a part: the record, and how the metrics name what became of it. */
export interface PartRecord {
  readonly record: OutgoingRecord;
  readonly outcome: 'embedded' | 'derived' | 'empty' | 'failed';
  /** Of an empty or failed part, else empty. */
  readonly code: string;
}

/** What makes records of outcomes. */
export interface RecordMaker {
  /** Set for a deriver. */
  readonly derives: Derives | undefined;
  readonly store: Pick<ContentStore, 'put'>;
  readonly encoderDigest: () => string;
  /** The models that run. */
  readonly models: () => readonly ModelRef[];
}

/**
 * The record of an outcome. An encoder tells the join; a deriver hands its text on as a part of its own, and tells the
 * join only where there is none. The same part and outcome give the same bytes.
 */
export async function outcomeRecord(
  part: RawPart,
  outcome: Outcome,
  { derives, store, encoderDigest, models }: RecordMaker,
  signal: AbortSignal,
): Promise<PartRecord> {
  if (outcome.kind === 'empty') {
    const { code, truncated = [] } = outcome;
    const value = { ...namedPart(part, derives), code, truncated: [...truncated] };
    const record = joinRecord(part, { $case: 'partEmpty', value });
    return { record, outcome: 'empty', code };
  }
  if (outcome.kind === 'derived') {
    if (!derives) throw new BugError('an encoder that derives nothing gave a derived part');
    const record = await derivedRecord(part, outcome, derives, models(), store, signal);
    return { record, outcome: 'derived', code: '' };
  }
  if (derives) throw new BugError('a deriver gave vectors');
  const value = {
    partId: part.partId,
    modality: part.modality,
    encoderDigest: encoderDigest(),
    embeddings: [...outcome.embeddings],
    truncated: [...outcome.truncated],
    language: outcome.language === '' ? part.language : outcome.language,
    derivation: outcome.derivation ?? part.derivation,
    readBy: part.readBy,
  };
  return { record: joinRecord(part, { $case: 'partEmbedded', value }), outcome: 'embedded', code: '' };
}

/** What the join is told about a part that cannot be used. */
export function failureRecord(
  part: RawPart,
  { code, detail }: InvalidInputError,
  derives: Derives | undefined,
): PartRecord {
  const named = namedPart(part, derives);
  const record = joinRecord(part, { $case: 'partFailed', value: { ...named, code, detail } });
  return { record, outcome: 'failed', code };
}

/** The part that the join waits for: the one that was read, or the one that was to be derived from it. */
function namedPart({ partId, modality }: RawPart, derives: Derives | undefined) {
  return derives
    ? { partId: derivedPartId(partId, derives.suffix), modality: derives.modality }
    : { partId, modality };
}

function joinRecord({ itemKey, version }: RawPart, body: NonNullable<JoinRecord['body']>): OutgoingRecord {
  const value = JoinRecord.encode({ itemKey, version, body }).finish();
  return { topic: TOPIC.embeddings, key: itemKey, value };
}
