import { type BusRecord, deadLetter as letterOf, type OutgoingRecord } from '@tercet/bus';
import type { InvalidInputError } from '@tercet/kit';

/** Leaves room for the headers below the topic's 24 MiB. */
const MAX_VALUE_BYTES = 23 * 1024 * 1024;

/**
 * The record that tells upstream what became of one from which nothing could be opened. A value above 23 MiB is left
 * out; the whereabouts still name it.
 */
export function deadLetter(record: BusRecord, error: InvalidInputError, service: string): OutgoingRecord {
  const letter = letterOf(record, { code: error.code, detail: error.detail, service });
  return (record.value?.length ?? 0) <= MAX_VALUE_BYTES ? letter : { ...letter, value: null };
}
