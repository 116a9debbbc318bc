import { ProxyTracerProvider } from '@opentelemetry/api';
import type { BusRecord } from '@tercet/bus';
import { encodeF32, JoinRecord, PartEmbedded, VectorEncoding } from '@tercet/contracts';
import { aheadItems, type DueItem, type PutRecord } from '@tercet/join-state';
import { planDecisions } from './plan-decisions.js';
import type { Pins, PolicyShelf } from './policy-shelf.js';
import { prepareDecision } from './publish-decisions.js';
import { toPutRecord } from './put-record.js';

// Most of what the runtime gains by compiling it has been gained by then: about 0.1 s.
const ROUNDS = 150;
const DIMENSION = 384;
const WINDOW_MS = 60_000;
const PARTS = ['text', 'image'] as const;

/**
 * Reads, decides and encodes a made item again and again before the process is ready, so that the first real ones, which
 * after an outage are all overdue at once, do not wait for the runtime to compile what decides them. Nothing of it
 * is stored or sent.
 */
export function warmUp(shelf: PolicyShelf, pins: readonly Pins[]): void {
  // A provider without a delegate: its spans go nowhere.
  const options = {
    tracer: new ProxyTracerProvider().getTracer('warm-up'),
    partition: 0,
    inOffset: 0n,
    nowMs: 0,
    dedupeWindowMs: WINDOW_MS,
    lookupWindowMs: WINDOW_MS,
  };
  for (const pin of pins) {
    const records = madeRecords(pin);
    for (let round = 0; round < ROUNDS; round += 1) {
      const put = records.map(toPutRecord).filter((record) => typeof record !== 'string');
      // Complete as it is read, and overdue with a part missing.
      const whole = aheadItems(put, () => undefined).map(({ item }) => item);
      for (const item of [...whole, overdueItem(put.slice(0, -1))])
        for (const planned of planDecisions(item, { untilMs: WINDOW_MS, overloaded: false }, shelf))
          prepareDecision(planned, options);
    }
  }
}

function madeRecords({ policy, headSet, modelDigests }: Pins): BusRecord[] {
  const expected = PARTS.map((modality) => ({
    partId: modality,
    modality,
    mediaType: '',
    sha256: '',
    sizeBytes: 0n,
    language: 'en',
    sourcePartId: '',
    uri: '',
  }));
  const opening = {
    $case: 'itemOpened' as const,
    value: { parts: expected, context: undefined, policy, headSet, windowMs: BigInt(WINDOW_MS) },
  };
  const vector = { data: encodeF32(new Float32Array(DIMENSION).fill(0.05)), span: undefined };
  const parts = PARTS.map((modality) => ({
    $case: 'partEmbedded' as const,
    value: PartEmbedded.fromPartial({
      partId: modality,
      modality,
      language: 'en',
      embeddings: modelDigests.map((digest) => ({
        model: { digest },
        dimension: DIMENSION,
        encoding: VectorEncoding.F32,
        vectors: [vector],
      })),
    }),
  }));
  return [opening, ...parts].map((body, offset) => ({
    topic: '',
    partition: 0,
    inOffset: 0n,
    offset: BigInt(offset),
    key: Buffer.from(ITEM_KEY),
    value: JoinRecord.encode({ itemKey: ITEM_KEY, version: 1n, body }).finish(),
    headers: {},
    timestampMs: 0n,
  }));
}

const ITEM_KEY = 'warm/up';

function overdueItem([opening, ...parts]: readonly PutRecord[]): DueItem {
  return {
    itemKey: ITEM_KEY,
    version: 1n,
    revision: 0,
    status: 'open',
    work: '',
    overtaken: [],
    complete: false,
    deadlineMs: 0,
    openedOffset: 0n,
    openedAtMs: 0,
    lastOffset: BigInt(parts.length),
    lastTimeMs: 0,
    opened: opening?.payload,
    parts: parts.flatMap((part) =>
      part.kind === 'embedded'
        ? [{ partId: part.partId, kind: part.kind, digest: part.digest, payload: part.payload }]
        : [],
    ),
    review: undefined,
    redecide: undefined,
    judged: undefined,
  };
}
