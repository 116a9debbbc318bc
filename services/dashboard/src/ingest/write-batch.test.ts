import {
  CaseRecord,
  Decision,
  DecisionCause,
  DecisionStatus,
  HEADER,
  JoinRecord,
  Review,
  TOPIC,
} from '@tercet/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ratesOf, readRates } from '../feed/rates.js';
import { readAfter } from '../feed/read-feed.js';
import { readItem } from '../items/item-rows.js';
import { chunkOf, decisionChange, type SampleDecision, sampleDecision } from '../testing/sample-records.js';
import { openScratchDatabase, SCRATCH_OPEN_MS, type ScratchDatabase } from '../testing/scratch-database.js';
import { type Change, readRecord } from './read-record.js';

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await openScratchDatabase();
}, SCRATCH_OPEN_MS);
afterAll(async () => {
  await scratch?.[Symbol.asyncDispose]();
});

let next = 0n;
/** Changes as the next ones of their partition. */
const take = async (...changes: Change[]): Promise<void> => {
  const chunk = chunkOf(changes, next);
  next = chunk.nextOffset;
  await scratch.ingest(chunk);
};
const decision = (given: SampleDecision) => decisionChange(given);
const opening = (itemId: string, reach = 0n): Change => ({
  kind: 'opening',
  row: {
    item_key: `acme/${itemId}`,
    version: 1n,
    opened_at_ms: 1,
    window_ms: 1_000n,
    author_id: 'author',
    locale: 'en',
    surface: 'post',
    reach,
    reports: 2n,
    parts: [],
  },
});
const caseOf = async (itemId: string) =>
  (
    await scratch.database.query<{
      state: string;
      closed_by: string;
      reach: number;
      reports: number;
      queue: string;
    }>('SELECT state, closed_by, reach, reports, queue FROM cases WHERE item_id = $1 ORDER BY opened_at', [
      itemId,
    ])
  ).at(-1);

describe('what was read', () => {
  it('takes effect once, however often it is read', async () => {
    const chunk = chunkOf([decision({ itemId: 'once' }), decision({ itemId: 'once', revision: 2 })], next);
    next = chunk.nextOffset;
    await scratch.ingest(chunk);
    await scratch.ingest(chunk);
    // A redelivery by another process, under offsets of its own.
    await take(decision({ itemId: 'once' }));
    const rows = (await readAfter(scratch.database, 0, 100)).filter(({ itemId }) => itemId === 'once');
    expect(rows.map(({ revision }) => revision)).toEqual([1, 2]);
    const counted = await scratch.database.query<{
      minute: number;
      kind: string;
      key: string;
      count: number;
    }>('SELECT minute, kind, key, count FROM minute_counts');
    const rates = ratesOf(counted, counted[0]?.minute ?? 0, counted[0]?.minute ?? 0);
    expect(rates.byAction).toEqual({ allow: [2] });
    expect(rates.latencyMs.p50[0]).toBeGreaterThan(230);
    expect(rates.latencyMs.p50[0]).toBeLessThan(270);
    // Nobody learns the rates of tenants that they may not see.
    const minuteMs = (counted[0]?.minute ?? 0) * 60_000;
    expect((await readRates(scratch.database, 1, minuteMs, ['acme'])).byAction).toEqual({ allow: [2] });
    expect((await readRates(scratch.database, 1, minuteMs, ['globex'])).byAction).toEqual({});
  });

  it('is all undone where a part of the transaction fails', async () => {
    const broken = { kind: 'decision', atMs: 0, row: { record: 'no base64!' } } as unknown as Change;
    const chunk = chunkOf([decision({ itemId: 'half' }), broken], next);
    await expect(scratch.ingest(chunk)).rejects.toMatchObject({ kind: 'Bug' });
    expect(await readItem(scratch.database, 'acme/half', null, null)).toBeUndefined();
    await take(decision({ itemId: 'half' }));
    expect(await readItem(scratch.database, 'acme/half', null, null)).toBeDefined();
  });

  it('keeps an older version behind the latest one', async () => {
    await take(decision({ itemId: 'old', version: 2n }), decision({ itemId: 'old', version: 1n }));
    expect((await readItem(scratch.database, 'acme/old', null, null))?.decision.version).toBe(2);
  });
});

describe('a case', () => {
  it('knows reach and reports, whichever of opening and decision comes first', async () => {
    await take(opening('first', 500n), decision({ itemId: 'first', action: 'review' }));
    await take(decision({ itemId: 'second', action: 'review' }), opening('second', 500n));
    for (const item of ['first', 'second'])
      expect(await caseOf(item)).toMatchObject({ state: 'open', reach: 500, reports: 2 });
  });

  it('counts a reporter once, and enough reporters open one', async () => {
    const report = (n: number, reporter: string, item = 'reported', category = 'hate'): Change => ({
      kind: 'report',
      row: {
        report_id: `${item}-${n}`,
        item_key: `acme/${item}`,
        reporter_id: reporter,
        category,
        note: '',
        reported_at_ms: 1,
      },
    });
    await take(decision({ itemId: 'reported' }), report(1, 'ann'), report(2, 'ann'), report(3, 'bob'));
    expect(await caseOf('reported')).toBeUndefined();
    await take(report(4, 'cyd'));
    expect(await caseOf('reported')).toMatchObject({ reports: 3, queue: 'general' });
    await take(report(5, 'dan'), report(6, 'dan'), report(4, 'cyd'));
    expect(await caseOf('reported')).toMatchObject({ reports: 4 });
    await take(decision({ itemId: 'minors' }), report(1, 'ann', 'minors', 'sexual/minors'));
    expect(await caseOf('minors')).toMatchObject({ queue: 'child-safety' });
    expect((await readItem(scratch.database, 'acme/minors', null, null))?.decision.restricted).toBe(true);
    // And so is whatever comes of the item later.
    await take(decision({ itemId: 'minors', version: 2n, action: 'review' }));
    expect(await caseOf('minors')).toMatchObject({ state: 'open', queue: 'child-safety' });
    expect((await readItem(scratch.database, 'acme/minors', null, null))?.decision.restricted).toBe(true);
  });

  it('of an appeal is closed to who decided', async () => {
    await take(decision({ itemId: 'contested', action: 'block', reviewId: 'r-1', reviewerId: 'ann' }), {
      kind: 'appeal',
      row: {
        appeal_id: 'a-1',
        item_key: 'acme/contested',
        version: 1n,
        revision: 1,
        appellant_id: 'author',
        statement: 'no\0t so',
        filed_at_ms: 1,
      },
    });
    const [row] = await scratch.database.query(
      "SELECT kind, queue, excluded, appeal_id FROM cases WHERE item_id = 'contested'",
    );
    expect(row).toEqual({ kind: 'appeal', queue: 'appeals', excluded: ['ann'], appeal_id: 'a-1' });
  });
});

describe('numbers out of any range', () => {
  it('stop nothing: they count as the largest that make sense', async () => {
    const HUGE = 2n ** 63n - 1n;
    const read = (topic: string, value: Uint8Array, headers = {}): Change => {
      const record = { topic, partition: 0, offset: 0n, key: undefined, value, headers, timestampMs: HUGE };
      const change = readRecord(record);
      if (!change) throw new Error('passed over');
      return change;
    };
    const key = 'acme/huge';
    const context = { authorId: 'a\0b', reach: HUGE, reports: HUGE };
    const opened = { $case: 'itemOpened' as const, value: { context, windowMs: HUGE } };
    const machine = sampleDecision({ itemId: 'huge', action: 'review', flagged: { hate: 2_000_000_000 } });
    machine.uncertainty = Number.NaN;
    const timings = { openedAtMs: 1, lastPartAtMs: 1, deadlineMs: 1, decidedAtMs: Number.MAX_SAFE_INTEGER };
    await take(
      read(TOPIC.decisions, Decision.encode(machine).finish(), {
        [HEADER.timings]: Buffer.from(JSON.stringify(timings)),
      }),
      read(
        TOPIC.embeddings,
        JoinRecord.encode(JoinRecord.fromPartial({ itemKey: key, version: 1n, body: opened })).finish(),
      ),
      read(
        TOPIC.reviews,
        Review.encode(
          Review.fromPartial({
            reviewId: 'huge',
            itemKey: key,
            version: HUGE,
            revision: 2 ** 31 - 1,
            reviewedAtMs: HUGE,
          }),
        ).finish(),
      ),
      read(
        TOPIC.cases,
        CaseRecord.encode(
          CaseRecord.fromPartial({
            itemKey: key,
            body: { $case: 'report', value: { reportId: 'huge', reporterId: 'ann', reportedAtMs: HUGE } },
          }),
        ).finish(),
      ),
    );
    expect(await caseOf('huge')).toMatchObject({
      state: 'open',
      reach: 10_000_000_000,
      reports: 10_000_000_001,
    });
    expect((await readItem(scratch.database, key, null, null))?.decision).toMatchObject({
      severity: 7,
      uncertainty: 0,
      decided_at_ms: null,
    });
  });
});

describe('an erased item', () => {
  it('leaves nothing but that it was there', async () => {
    await take(
      opening('gone', 10n),
      decision({ itemId: 'gone', action: 'review', flagged: { hate: 6 }, languages: ['en'] }),
    );
    await take(
      decision({ itemId: 'gone', revision: 2, status: DecisionStatus.ERASED, cause: DecisionCause.ERASED }),
    );
    expect(await caseOf('gone')).toMatchObject({ state: 'closed', closed_by: 'erased' });
    const item = await readItem(scratch.database, 'acme/gone', null, null);
    expect(item).toMatchObject({ erased: true, opening: undefined, parts: [] });
    expect(
      item?.history.map(({ categories, languages, top_category }) => [categories, languages, top_category]),
    ).toEqual([
      [[], [], null],
      [[], [], null],
    ]);
    expect((await readItem(scratch.database, 'acme/gone', '1', 1))?.decision.record).toBeNull();
    // What is read late of another topic does not bring it back.
    await take(opening('gone', 10n));
    expect((await readItem(scratch.database, 'acme/gone', null, null))?.opening).toBeUndefined();
  });
});
