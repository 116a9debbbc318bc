import { type BusRecord, deadLetter as letterOf, type OutgoingRecord } from '@tercet/bus';
import type { InvalidInputError } from '@tercet/kit';

/** With key and headers below the topic's 24 MiB. */
const MAX_VALUE_BYTES = 23 * 1024 * 1024;
const MAX_KEY_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 256 * 1024;

/**
 * The record that tells upstream what became of one from which nothing could be opened. A value above 23 MiB, a key
 * above 64 KiB and headers above 256 KiB are left out, since the letter must fit; the whereabouts still name the
 * original.
 */
export function deadLetter(record: BusRecord, error: InvalidInputError, service: string): OutgoingRecord {
  const headerBytes = Object.entries(record.headers).reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    0,
  );
  const kept: BusRecord = {
    ...record,
    key: (record.key?.length ?? 0) <= MAX_KEY_BYTES ? record.key : undefined,
    value: (record.value?.length ?? 0) <= MAX_VALUE_BYTES ? record.value : undefined,
    headers: headerBytes <= MAX_HEADER_BYTES ? record.headers : {},
  };
  return letterOf(kept, { code: error.code, detail: error.detail, service });
}
