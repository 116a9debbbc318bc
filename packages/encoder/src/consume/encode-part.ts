import { type Context, context, propagation, trace } from '@opentelemetry/api';
import { type BusRecord, deadLetter, type OutgoingRecord, recordContext } from '@tercet/bus';
import type { RawPart } from '@tercet/contracts';
import { type Fetcher, getTracer, InvalidInputError, inSpan, type RetryOptions, retry } from '@tercet/kit';
import type { EncoderEvents, Stage } from '../events.js';
import type { Embedded } from '../inference/inference-client.js';
import type { PartInput } from '../modality.js';
import { failureRecord, outcomeRecord, type PartRecord, type RecordMaker } from './outcome-records.js';

/** What a part is encoded with. */
export interface EncodeDependencies extends RecordMaker {
  /** The row of the modality table whose parts are read. */
  readonly modality: string;
  readonly service: string;
  readonly fetcher: Pick<Fetcher, 'read'>;
  readonly inference: { embed(input: PartInput, signal: AbortSignal): Promise<Embedded> };
  readonly publisher: { publish(record: OutgoingRecord): Promise<void> };
  readonly events: EncoderEvents;
  readonly backoff: Pick<RetryOptions, 'initialMs' | 'maxMs'>;
  /** Waits for its turn, so that only so many fetches go on at one time. */
  readonly limitFetches: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A record of `raw.*`, read: a part, or why there is none in it. */
export interface ReadRecord {
  readonly record: BusRecord;
  readonly read: RawPart | InvalidInputError;
  /** Publish this failure and do not look at the part. */
  readonly failWith?: InvalidInputError;
}

/**
 * Takes one record through: fetch, prepare and run, publish. Resolves when what became of it is in the log, so that it
 * may be committed. Every step stands in the record's own trace.
 * @throws UnavailableError where the signal was aborted first: nothing may be committed.
 */
export async function encodePart(
  { record, read, failWith }: ReadRecord,
  deps: EncodeDependencies,
  signal: AbortSignal,
): Promise<void> {
  const parent = recordContext(record);
  await inSpan(getTracer('encoder'), `encode ${deps.modality}`, parent, async (span) => {
    span.setAttributes({
      'messaging.destination.name': record.topic,
      'messaging.destination.partition.id': String(record.partition),
      'messaging.kafka.offset': Number(record.offset),
    });
    const active = trace.setSpan(parent, span);
    if (read instanceof InvalidInputError) {
      span.setAttributes({ 'tercet.outcome': 'dead_letter', 'tercet.code': read.code });
      const { code, detail } = read;
      await publish(deadLetter(record, { code, detail, service: deps.service }), active, deps);
      deps.events.deadLettered(record.topic, record.partition, record.offset, code);
      return;
    }
    if (deps.derives && !read.derive.includes(deps.derives.suffix)) {
      span.setAttribute('tercet.outcome', 'not_wanted');
      deps.events.notWanted();
      return;
    }
    const made = failWith ? failureRecord(read, failWith, deps.derives) : await recordOf(read, deps, signal);
    const { outcome, code } = made;
    span.setAttributes({ 'tercet.outcome': outcome, 'tercet.code': code });
    await publish(made.record, active, deps);
    deps.events.published(outcome, code);
  });
}

async function recordOf(part: RawPart, deps: EncodeDependencies, signal: AbortSignal): Promise<PartRecord> {
  try {
    if (part.modality !== deps.modality)
      throw new InvalidInputError('unknown_modality', 'of another encoder');
    const { content, mediaType, language, derivation } = part;
    if (!content) throw new InvalidInputError('no_content');
    const bytes = await deps.limitFetches(() =>
      stage('fetch', deps, signal, () => deps.fetcher.read(content, signal)),
    );
    const input = { bytes, mediaType, language, derivation };
    const { outcome, timings } = await retried('run', deps, signal, () =>
      deps.inference.embed(input, signal),
    );
    deps.events.stage('prepare', timings.prepareMs);
    deps.events.stage('wait', timings.waitMs);
    deps.events.stage('run', timings.runMs);
    return await retried('publish', deps, signal, () => outcomeRecord(part, outcome, deps, signal));
  } catch (error) {
    if (error instanceof InvalidInputError) return failureRecord(part, error, deps.derives);
    throw error;
  }
}

async function publish(record: OutgoingRecord, active: Context, deps: EncodeDependencies): Promise<void> {
  const traced: Record<string, string> = {};
  propagation.inject(active, traced);
  const startedAt = performance.now();
  // The send holds many items' records: each brings its own trace, and none is the send's.
  await context.with(active, () =>
    deps.publisher.publish({ ...record, headers: { ...record.headers, ...traced } }),
  );
  deps.events.stage('publish', performance.now() - startedAt);
}

async function stage<T>(
  name: Stage,
  deps: EncodeDependencies,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const result = await retried(name, deps, signal, work);
  deps.events.stage(name, performance.now() - startedAt);
  return result;
}

/** Unavailable is tried again until it is there or the part is given up. */
function retried<T>(
  name: Stage,
  { backoff, events }: EncodeDependencies,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  return retry(work, {
    ...backoff,
    signal,
    onRetry: (error) => events.retried(name, error as never),
  });
}
