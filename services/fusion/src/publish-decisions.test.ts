import type { Span, SpanOptions, Tracer } from '@opentelemetry/api';
import { type Context, trace } from '@opentelemetry/api';
import { Decision, HEADER } from '@tercet/contracts';
import { decide, erased } from '@tercet/policy';
import { expect, it } from 'vitest';
import { prepareDecision, transactionRuns } from './publish-decisions.js';

const spanContext = (digit: string) => ({
  traceId: 'a'.repeat(32),
  spanId: digit.repeat(16),
  traceFlags: 1,
});
const started: { name: string; options: SpanOptions; parent: string | undefined }[] = [];
const tracer = {
  startSpan(name: string, options: SpanOptions, parent: Context): Span {
    started.push({ name, options, parent: trace.getSpanContext(parent)?.spanId });
    return trace.wrapSpanContext(spanContext('9'));
  },
} as Tracer;

const OPTIONS = { tracer, partition: 7, inOffset: 14n, nowMs: 5_000, dedupeWindowMs: 10, lookupWindowMs: 20 };
const timings = { openedAtMs: 1, lastPartAtMs: 2, deadlineMs: 3 };
const planned = (decision: Decision) => ({
  itemKey: decision.itemKey,
  decision,
  complete: true,
  timings,
  parent: spanContext('1'),
  links: [spanContext('2'), spanContext('3')],
});
const machine = decide(
  {
    itemKey: 'acme/post',
    version: 2n,
    revision: 1,
    cause: 1,
    opened: { parts: [], context: undefined, policy: undefined, headSet: undefined, windowMs: 0n },
    parts: [],
    appliedOffset: 12n,
    openedOffset: 11n,
  },
  undefined,
  undefined,
);

it('a decision goes out under a span of the item’s trace, linked to its parts, with its timings', () => {
  const { records, mark } = prepareDecision(planned(machine), OPTIONS);
  expect(records).toHaveLength(1);
  const [record] = records;
  expect(record).toMatchObject({ topic: 'decisions', partition: 7, key: 'acme/post' });
  expect(Decision.decode(record?.value ?? new Uint8Array())).toEqual(machine);
  expect(JSON.parse(String(record?.headers?.[HEADER.timings]))).toEqual({ ...timings, decidedAtMs: 5_000 });
  expect(record?.headers?.[HEADER.inOffset]).toBe('14');
  expect(record?.headers?.['traceparent']).toBe(`00-${'a'.repeat(32)}-${'9'.repeat(16)}-01`);
  const span = started.at(-1);
  expect(span).toMatchObject({ name: 'join.decide', parent: '1'.repeat(16) });
  expect(span?.options.links?.map(({ context }) => context.spanId)).toEqual(['2'.repeat(16), '3'.repeat(16)]);
  expect(mark).toMatchObject({
    version: 2n,
    revision: 1,
    status: 'decided',
    appliedOffset: 12n,
    inOffset: 14n,
    openedOffset: 11n,
    complete: true,
  });
});

it('an erased decision is followed by a tombstone', () => {
  const { records, mark } = prepareDecision(planned(erased('acme/post', 2n, 2, 13n)), OPTIONS);
  expect(records.map(({ key, value }) => [key, value === null])).toEqual([
    ['acme/post', false],
    ['acme/post', true],
  ]);
  expect(mark.status).toBe('erased');
});

it('transactions are cut by size, in order, one decision at least', () => {
  const one = prepareDecision(planned(machine), OPTIONS);
  const sized = [10, 20, 90, 5, 5].map((bytes) => ({ ...one, bytes }));
  expect(transactionRuns(sized, 40).map((run) => run.map(({ bytes }) => bytes))).toEqual([
    [10, 20],
    [90],
    [5, 5],
  ]);
  expect(transactionRuns([], 40)).toEqual([]);
});
