import { HEADER, type InvalidCode, TOPIC } from '@tercet/contracts';
import type { BusRecord, OutgoingRecord } from './port.js';

export interface DeadLetterReason {
  readonly code: InvalidCode;
  /** For people; never content. */
  readonly detail: string;
  /** Who gave up on the record. */
  readonly service: string;
}

/**
 * The record for `dead-letters` that carries an unreadable one: its bytes and headers as they were, and in headers
 * the code and where the original lies. Keyed as the original; without a key, by its place.
 */
export function deadLetter(record: BusRecord, reason: DeadLetterReason): OutgoingRecord {
  const key = record.key === undefined ? '' : Buffer.from(record.key).toString('utf8');
  return {
    topic: TOPIC.deadLetters,
    key: key === '' ? `${record.topic}/${record.partition}/${record.offset}` : key,
    value: record.value ?? null,
    headers: {
      ...record.headers,
      [HEADER.deadLetterCode]: reason.code,
      [HEADER.deadLetterDetail]: reason.detail,
      [HEADER.deadLetterTopic]: record.topic,
      [HEADER.deadLetterPartition]: String(record.partition),
      [HEADER.deadLetterOffset]: String(record.offset),
      [HEADER.deadLetterService]: reason.service,
    },
  };
}
