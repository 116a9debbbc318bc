import { isSpanContextValid, type Tracer } from '@opentelemetry/api';
import type { OutgoingRecord } from '@tercet/bus';
import { type DecisionTimings, encodeDecision, HEADER, TOPIC } from '@tercet/contracts';
import type { MarkRecord } from '@tercet/join-state';
import type { CountedDecision } from './events.js';
import { markStatus, type PlannedDecision } from './plan-decisions.js';
import { contextOf, traceparentOf } from './trace-header.js';

/**
 * A planned decision as it goes out, and as it is marked afterwards. Of the decision itself no more than is counted: hundreds
 * wait for their commit, and every object kept until then is copied by the collector.
 */
export interface PreparedDecision {
  readonly counted: CountedDecision;
  readonly lastPartAtMs: number;
  readonly records: readonly OutgoingRecord[];
  readonly mark: MarkRecord;
  readonly bytes: number;
}

export interface PrepareOptions {
  readonly tracer: Tracer;
  readonly partition: number;
  /** Of the state that the item was taken from. */
  readonly inOffset: bigint;
  readonly nowMs: number;
  readonly dedupeWindowMs: number;
  readonly lookupWindowMs: number;
}

/**
 * Encodes a decision and its headers; where the item is traced, under a `join.decide` span of its trace. An erased decision
 * is followed by a tombstone, so that compaction leaves nothing of the item.
 */
export function prepareDecision(planned: PlannedDecision, options: PrepareOptions): PreparedDecision {
  const { decision, itemKey } = planned;
  const traceparent = traceDecision(planned, options);
  const { openedAtMs, lastPartAtMs, deadlineMs } = planned.timings;
  const timings: DecisionTimings = { openedAtMs, lastPartAtMs, deadlineMs, decidedAtMs: options.nowMs };
  const value = encodeDecision(decision);
  const headers: Record<string, string> = {
    [HEADER.timings]: JSON.stringify(timings),
    [HEADER.inOffset]: String(options.inOffset),
  };
  if (traceparent !== undefined) headers['traceparent'] = traceparent;
  const status = markStatus(decision);
  const record: OutgoingRecord = {
    topic: TOPIC.decisions,
    partition: options.partition,
    key: itemKey,
    headers,
    value,
  };
  return {
    counted: {
      itemKey,
      version: decision.version,
      revision: decision.revision,
      action: decision.action,
      cause: decision.cause,
      status: decision.status,
    },
    lastPartAtMs,
    records: status === 'erased' ? [record, { ...record, value: null }] : [record],
    bytes: value.length + 300 + 2 * itemKey.length,
    mark: {
      itemKey,
      version: decision.version,
      revision: decision.revision,
      status,
      human: decision.human !== undefined,
      complete: planned.complete,
      appliedOffset: decision.appliedOffset,
      inOffset: options.inOffset,
      openedOffset: decision.openedOffset,
      tombstoneTtlMs: options.dedupeWindowMs,
      lookupTtlMs: options.lookupWindowMs,
      decision: value,
    },
  };
}

/** A span of the item's trace; undefined where the item has none. */
function traceDecision({ parent, links, decision }: PlannedDecision, options: PrepareOptions) {
  if (parent === undefined) return undefined;
  const span = options.tracer.startSpan(
    'join.decide',
    {
      links: links.map((context) => ({ context })),
      attributes: {
        'tercet.version': Number(decision.version),
        'tercet.revision': decision.revision,
        'tercet.action': decision.action,
        'tercet.partition': options.partition,
      },
    },
    contextOf(parent),
  );
  span.end();
  return isSpanContextValid(span.spanContext()) ? traceparentOf(span.spanContext()) : undefined;
}

/** Splits into runs of at most `maxBytes` (one decision at least), in order. */
export function transactionRuns(
  prepared: readonly PreparedDecision[],
  maxBytes: number,
): PreparedDecision[][] {
  const runs: PreparedDecision[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const one of prepared) {
    if (size + one.bytes > maxBytes) {
      runs.push([]);
      size = 0;
    }
    runs.at(-1)?.push(one);
    size += one.bytes;
  }
  return runs;
}
