import type { BusRecord, OutgoingRecord } from '@tercet/bus';
import { HEADER, TOPIC } from '@tercet/contracts';
import type { InvalidInputError } from '@tercet/kit';

/** Leaves room for the headers below the topic's 24 MiB. */
const MAX_VALUE_BYTES = 23 * 1024 * 1024;
// The trace goes on under the span that wrote the letter.
const TRACE_HEADERS = new Set(['traceparent', 'tracestate']);

/**
 * The record that tells upstream what became of one from which nothing could be opened: the original key, value and
 * headers, with code, detail and whereabouts. A value above 23 MiB is left out; the whereabouts still name it.
 */
export function deadLetter(record: BusRecord, error: InvalidInputError, service: string): OutgoingRecord {
  const kept = Object.entries(record.headers).filter(([name]) => !TRACE_HEADERS.has(name.toLowerCase()));
  const fits = (record.value?.length ?? 0) <= MAX_VALUE_BYTES;
  return {
    topic: TOPIC.deadLetters,
    key: record.key ? Buffer.from(record.key).toString('utf8') : '',
    value: fits ? (record.value ?? null) : null,
    headers: {
      ...Object.fromEntries(kept),
      [HEADER.deadLetterCode]: error.code,
      [HEADER.deadLetterDetail]: error.detail,
      [HEADER.deadLetterTopic]: record.topic,
      [HEADER.deadLetterPartition]: String(record.partition),
      [HEADER.deadLetterOffset]: String(record.offset),
      [HEADER.deadLetterService]: service,
    },
  };
}
