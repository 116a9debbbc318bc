import { type Context, propagation, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { type BusRecord, type Chunk, type OutgoingRecord, recordContext } from '@tercet/bus';
import { findModality, JoinRecord, RawPart, TOPIC } from '@tercet/contracts';
import type { ItemLimits } from '@tercet/items';
import { BugError, type ContentStore, getTracer } from '@tercet/kit';
import { deadLetter } from './dead-letter.js';
import type { IntakeEvents } from './events.js';
import { datedParts } from './plan-item.js';
import { type FindPins, type Prepared, prepareRecord } from './prepare-record.js';
import type { Publisher } from './publisher.js';
import { storeContents } from './store-contents.js';

/** What a chunk is processed with. */
export interface IntakeDependencies {
  readonly publisher: Publisher;
  readonly store: ContentStore;
  readonly events: IntakeEvents;
  readonly limits: ItemLimits;
  readonly findPins: FindPins;
  readonly maxConcurrentStores: number;
  /** Records between two commits. */
  readonly maxRecords: number;
}

interface Step {
  readonly record: BusRecord;
  readonly prepared: Prepared;
  readonly span: Span;
  /** The record's own trace, with `span` as the active one. */
  readonly context: Context;
}

const SERVICE = 'intake';

/**
 * Takes a chunk of `items` or `reviews` through, at most `maxRecords` at once. A redelivered chunk says the same
 * again, which the join ignores. Erasure leaves content to the store's retention, since other items may share it.
 */
export async function processChunk(chunk: Chunk, deps: IntakeDependencies): Promise<void> {
  const { records, nextOffset } = chunk;
  for (let start = 0; start < records.length; start += deps.maxRecords) {
    const some = records.slice(start, start + deps.maxRecords);
    const next = records[start + deps.maxRecords];
    await processRecords(chunk, some, next ? next.offset : nextOffset, deps);
  }
}

/**
 * Content into the store, then every opening (its append time starts the window), then the encoders' work, the failed
 * parts and the dead letters, then the commit.
 */
async function processRecords(
  chunk: Chunk,
  records: readonly BusRecord[],
  nextOffset: bigint,
  deps: IntakeDependencies,
): Promise<void> {
  const startedAt = performance.now();
  const steps = records.map((record) => beginStep(chunk.topic, record, deps));
  const progress = () => chunk.heartbeat();
  try {
    const contents = steps.flatMap(({ prepared }) =>
      prepared.kind === 'open' ? prepared.plan.contents : [],
    );
    await storeContents(contents, deps.store, deps.maxConcurrentStores, chunk.signal, progress);
    const joining = steps.filter(({ prepared }) => prepared.kind !== 'dead');
    const appended = await deps.publisher.send(joining.flatMap(joinRecord), progress);
    const openedAt = new Map(joining.map((step, index) => [step, appended[index]?.appendTimeMs]));
    const rest = steps.flatMap((step) => followUps(step, openedAt.get(step)));
    await deps.publisher.send(rest, progress);
    await chunk.commit(nextOffset);
  } catch (error) {
    for (const { span } of steps) span.setStatus({ code: SpanStatusCode.ERROR, message: 'chunk failed' });
    throw error;
  } finally {
    for (const { span } of steps) span.end();
  }
  for (const step of steps) report(step, deps.events);
  const seconds = (performance.now() - startedAt) / 1000;
  deps.events.chunkDone(
    chunk.topic,
    chunk.partition,
    steps.length,
    seconds,
    chunk.highWatermark - nextOffset,
  );
}

function beginStep(topic: string, record: BusRecord, deps: IntakeDependencies): Step {
  const parent = recordContext(record);
  const name = topic === TOPIC.reviews ? 'intake.review' : 'intake.item';
  const { partition, offset } = record;
  const attributes = {
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.kafka.offset': Number(offset),
  };
  const span = getTracer(SERVICE).startSpan(name, { attributes }, parent);
  const prepared = prepareRecord(topic, record, deps.limits, deps.findPins);
  span.setAttribute('tercet.outcome', prepared.kind);
  if (prepared.kind === 'dead') span.setAttribute('tercet.code', prepared.error.code);
  return { record, prepared, span, context: trace.setSpan(parent, span) };
}

function joinRecord(step: Step): OutgoingRecord[] {
  return step.prepared.kind === 'dead' ? [] : [ofJoin(step.prepared.join, step.context)];
}

function followUps(step: Step, openedAtMs: bigint | undefined): OutgoingRecord[] {
  const { prepared } = step;
  if (prepared.kind === 'dead') {
    const letter = deadLetter(step.record, prepared.error, SERVICE);
    return [{ ...letter, headers: { ...letter.headers, ...traceHeaders(step.context) } }];
  }
  if (prepared.kind !== 'open') return [];
  if (openedAtMs === undefined) throw new BugError('embeddings is not a topic with LogAppendTime');
  return [
    ...datedParts(prepared.plan, openedAtMs).map((part) => ofRaw(part, step.context)),
    ...prepared.plan.failures.map((failure) => ofJoin(failure, step.context)),
  ];
}

function ofJoin(message: JoinRecord, active: Context): OutgoingRecord {
  const value = JoinRecord.encode(message).finish();
  return { topic: TOPIC.embeddings, key: message.itemKey, value, headers: traceHeaders(active) };
}

function ofRaw(part: RawPart, active: Context): OutgoingRecord {
  const topic = findModality(part.modality)?.topic;
  if (topic === undefined) throw new BugError('a part of an unknown modality was planned as work');
  const value = RawPart.encode(part).finish();
  return { topic, key: part.itemKey, value, headers: traceHeaders(active) };
}

/** Each record of a send carries its own item's trace. */
function traceHeaders(active: Context): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(active, carrier);
  return carrier;
}

function report({ prepared, record }: Step, events: IntakeEvents): void {
  switch (prepared.kind) {
    case 'dead':
      events.deadLettered(record.topic, record.partition, record.offset, prepared.error.code);
      break;
    case 'erase':
      events.itemErased();
      break;
    case 'review':
      events.reviewForwarded();
      break;
    case 'open':
      events.itemOpened(prepared.plan.parts);
      for (const { body } of prepared.plan.failures) {
        if (body?.$case === 'partFailed') events.partRefused(body.value.modality, body.value.code);
      }
  }
}
