import type { BusRecord } from '@tercet/bus';
import {
  CaseRecord,
  Decision,
  type Derivation,
  findModality,
  HEADER,
  JoinRecord,
  RawPart,
  Review,
  SpanUnit,
  TOPIC,
} from '@tercet/contracts';
import type { FoundSpan } from '../api/items.js';
import { boundedMs, boundedPeople } from './bounded.js';
import { type DecisionRow, decisionRow } from './decision-row.js';

export interface OpeningRow {
  readonly item_key: string;
  readonly version: bigint;
  readonly opened_at_ms: number;
  readonly window_ms: bigint;
  readonly author_id: string;
  readonly locale: string;
  readonly surface: string;
  readonly reach: bigint;
  readonly reports: bigint;
  readonly parts: readonly StoredPart[];
}

/** An expected part as `openings.parts` keeps it. */
export interface StoredPart {
  readonly partId: string;
  readonly modality: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly language: string;
  readonly sourcePartId: string;
  readonly uri: string;
}

/** What one record says about a part; null or empty: nothing. */
export interface PartRow {
  readonly item_key: string;
  readonly version: bigint;
  readonly part_id: string;
  readonly embedded_at_ms: number | null;
  readonly language: string;
  readonly derivation: StoredDerivation | null;
  readonly sha256: string;
}

/** A derivation as `part_outcomes.derivation` keeps it. */
export interface StoredDerivation {
  readonly sourcePartId: string;
  readonly kind: string;
  readonly confidence: number;
  readonly spans: readonly FoundSpan[];
}

export interface ReportRow {
  readonly report_id: string;
  readonly item_key: string;
  readonly reporter_id: string;
  readonly category: string;
  readonly note: string;
  readonly reported_at_ms: number;
}

export interface AppealRow {
  readonly appeal_id: string;
  readonly item_key: string;
  readonly version: bigint;
  readonly revision: number;
  readonly appellant_id: string;
  readonly statement: string;
  readonly filed_at_ms: number;
}

/** What a record means to the dashboard. */
export type Change =
  | { readonly kind: 'decision'; readonly row: DecisionRow; readonly atMs: number }
  | { readonly kind: 'opening'; readonly row: OpeningRow }
  | { readonly kind: 'part'; readonly row: PartRow }
  | { readonly kind: 'review'; readonly review: Review }
  | { readonly kind: 'report'; readonly row: ReportRow }
  | { readonly kind: 'appeal'; readonly row: AppealRow }
  | { readonly kind: 'dead_letter'; readonly code: string; readonly atMs: number };

const TEXT_TOPIC = findModality('text')?.topic ?? 'raw.text';

/** Topics that the dashboard reads. */
export const READ_TOPICS: readonly string[] = [
  TOPIC.decisions,
  TOPIC.embeddings,
  TEXT_TOPIC,
  TOPIC.reviews,
  TOPIC.cases,
  TOPIC.deadLetters,
];

/**
 * Undefined where the record is of no use here: vectors of upstream's own parts keep their time alone, and raw text that
 * was not read from another part is known by its opening.
 * @throws Error where the bytes are not the topic's message.
 */
export function readRecord(record: BusRecord): Change | undefined {
  const { topic, value } = record;
  const atMs = boundedMs(record.timestampMs);
  if (topic === TOPIC.deadLetters) {
    const code = record.headers[HEADER.deadLetterCode];
    return { kind: 'dead_letter', code: code ? Buffer.from(code).toString('utf8') : 'unknown', atMs };
  }
  if (!value) return undefined;
  if (topic === TOPIC.decisions) {
    const row = decisionRow(Decision.decode(value), value, record.headers);
    return row && { kind: 'decision', row, atMs };
  }
  if (topic === TOPIC.embeddings) return readJoinRecord(JoinRecord.decode(value), atMs);
  if (topic === TEXT_TOPIC) return readDerivedText(RawPart.decode(value));
  if (topic === TOPIC.reviews) return { kind: 'review', review: Review.decode(value) };
  if (topic === TOPIC.cases) return readCaseRecord(CaseRecord.decode(value), atMs);
  return undefined;
}

function readCaseRecord({ itemKey, body }: CaseRecord, atMs: number): Change | undefined {
  if (body?.$case === 'report') {
    const { reportId, reporterId, category, note, reportedAtMs } = body.value;
    const row: ReportRow = {
      report_id: reportId,
      item_key: itemKey,
      reporter_id: reporterId,
      category,
      note,
      reported_at_ms: boundedMs(reportedAtMs || atMs),
    };
    return { kind: 'report', row };
  }
  if (body?.$case !== 'appeal') return undefined;
  const { appealId, version, revision, appellantId, statement, filedAtMs } = body.value;
  const row: AppealRow = {
    appeal_id: appealId,
    item_key: itemKey,
    version,
    revision,
    appellant_id: appellantId,
    statement,
    filed_at_ms: boundedMs(filedAtMs || atMs),
  };
  return { kind: 'appeal', row };
}

function readJoinRecord({ itemKey, version, body }: JoinRecord, atMs: number): Change | undefined {
  if (body?.$case === 'itemOpened') {
    const { parts, context, windowMs } = body.value;
    const row: OpeningRow = {
      item_key: itemKey,
      version,
      opened_at_ms: atMs,
      window_ms: windowMs,
      author_id: context?.authorId ?? '',
      locale: context?.locale ?? '',
      surface: context?.surface ?? '',
      reach: boundedPeople(context?.reach ?? 0n),
      reports: boundedPeople(context?.reports ?? 0n),
      parts: parts.map((part) => ({ ...part, sizeBytes: Number(part.sizeBytes) })),
    };
    return { kind: 'opening', row };
  }
  if (body?.$case !== 'partEmbedded') return undefined;
  const { partId, language, derivation } = body.value;
  const row: PartRow = {
    item_key: itemKey,
    version,
    part_id: partId,
    embedded_at_ms: atMs,
    language,
    derivation: derivation ? storedDerivation(derivation) : null,
    sha256: '',
  };
  return { kind: 'part', row };
}

/** Where the text that a deriver read is kept; its spans come with the vector, in the text's normal form. */
function readDerivedText({
  itemKey,
  version,
  partId,
  language,
  content,
  derivation,
}: RawPart): Change | undefined {
  if (!derivation) return undefined;
  const row: PartRow = {
    item_key: itemKey,
    version,
    part_id: partId,
    embedded_at_ms: null,
    language,
    derivation: null,
    sha256: content?.sha256 ?? '',
  };
  return { kind: 'part', row };
}

function storedDerivation({ sourcePartId, kind, confidence, spans }: Derivation): StoredDerivation {
  return {
    sourcePartId,
    kind,
    confidence,
    spans: spans.map(({ text, evidence }) => {
      const time = evidence?.span?.unit === SpanUnit.MILLISECOND ? evidence.span : undefined;
      return {
        start: Number(text?.start ?? 0),
        end: Number(text?.end ?? 0),
        box: evidence?.box ? evidence.box.corners.map(({ x, y }) => ({ x, y })) : null,
        startMs: time ? Number(time.start) : null,
        endMs: time ? Number(time.end) : null,
        confidence: evidence?.confidence ?? 1,
      };
    }),
  };
}
