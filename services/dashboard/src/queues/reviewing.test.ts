import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import { asServed, revisionServed } from '../items/as-served.js';
import { readItem } from '../items/item-rows.js';
import { chunkOf, decisionChange, type SampleDecision } from '../testing/sample-records.js';
import { openScratchDatabase, SCRATCH_OPEN_MS, type ScratchDatabase } from '../testing/scratch-database.js';
import { type CaseRow, toCaseSummary } from './case-rows.js';
import { claimCase, claimNext, releaseCase, renewLease } from './claim-case.js';
import { addGolden, heldGolden } from './golden-cases.js';
import { requestSecondOpinion } from './second-opinion.js';
import { submitReview } from './submit-review.js';
import { undoReview } from './undo-review.js';
import { DEFAULT_WELLNESS, refuseWhereBreakIsDue, writeWellness } from './wellness.js';

const RULES = { leaseSeconds: 600, goldenEvery: 0, undoMs: 600_000, secondOpinionShare: 0 };
const person = (id: string, more: Partial<Principal> = {}): Principal => ({
  id,
  name: id,
  role: 'reviewer',
  childSafety: false,
  queues: 'all',
  tenants: 'all',
  ...more,
});
const ann = person('ann');
const bob = person('bob');

let scratch: ScratchDatabase;
let next = 0n;
beforeAll(async () => {
  scratch = await openScratchDatabase();
}, SCRATCH_OPEN_MS);
afterAll(async () => {
  await scratch?.[Symbol.asyncDispose]();
});

const decide = async (...given: SampleDecision[]): Promise<void> => {
  const chunk = chunkOf(given.map(decisionChange), next);
  next = chunk.nextOffset;
  await scratch.ingest(chunk);
};
const claim = (who: Principal, queue = 'general', rules = RULES): Promise<CaseRow | undefined> =>
  scratch.database.transaction((sql) => claimNext(sql, queue, who, rules));
/** A case of its own, held by somebody. */
const heldBy = async (who: Principal, itemId: string, given: SampleDecision = {}): Promise<CaseRow> => {
  await decide({ itemId, action: 'review', ...given });
  const [row] = await scratch.database.query<{ id: string }>(
    "SELECT id FROM cases WHERE item_id = $1 AND state = 'open'",
    [itemId],
  );
  return scratch.database.transaction((sql) => claimCase(sql, row?.id ?? '', who, RULES));
};
const word = (action: 'allow' | 'flag' | 'review' | 'block', revision = 1, more = {}) => ({
  judgedVersion: 1,
  judgedRevision: revision,
  action,
  modifiers: [],
  categories: [],
  note: '',
  ...more,
});
const review = (held: CaseRow, who: Principal, request: ReturnType<typeof word>, rules = RULES) =>
  submitReview(scratch.database, held.id, who, request, rules);
const stateOf = async (id: string) =>
  (
    await scratch.database.query<{ state: string; claimed_by: string | null }>(
      'SELECT state, claimed_by FROM cases WHERE id = $1',
      [id],
    )
  )[0];

describe('claiming', () => {
  it('gives the most urgent case first, and one person the one that they hold', async () => {
    await decide(
      { itemId: 'mild', action: 'review', flagged: { hate: 2 } },
      { itemId: 'grave', action: 'review', flagged: { hate: 7 } },
    );
    const first = await claim(ann);
    expect(first).toMatchObject({ item_id: 'grave', claimed_by: 'ann' });
    expect((await claim(ann))?.id).toBe(first?.id);
    expect(await claim(bob)).toMatchObject({ item_id: 'mild' });
    expect(await claim(person('cyd'))).toBeUndefined();
    for (const [who, held] of [[ann, first]] as const)
      await scratch.database.transaction((sql) => releaseCase(sql, held?.id ?? '', who));
    expect(await claim(person('cyd'))).toMatchObject({ item_id: 'grave' });
  });

  it('passes over other tenants, and cases that are not for this person', async () => {
    expect(await claim(person('dan', { tenants: ['globex'] }), 'general')).toBeUndefined();
    await decide({ itemId: 'passed', revision: 2, action: 'review', reviewId: 'r', reviewerId: 'eve' });
    expect(await claim(person('eve'))).toBeUndefined();
    expect(await claim(person('fay'))).toMatchObject({ item_id: 'passed' });
  });

  it('ends with the lease: another takes the case, and the first can no longer decide', async () => {
    const held = await heldBy(ann, 'slow');
    await scratch.database.query(
      "UPDATE cases SET lease_expires_at = now() - interval '1 second' WHERE id = $1",
      [held.id],
    );
    await expect(renewLease(scratch.database, held.id, ann, RULES)).rejects.toMatchObject({
      code: 'lease_lost',
    });
    await scratch.database.transaction((sql) => claimCase(sql, held.id, bob, RULES));
    await expect(review(held, ann, word('allow'))).rejects.toMatchObject({ code: 'lease_lost' });
    await expect(
      scratch.database.transaction((sql) => claimCase(sql, held.id, ann, RULES)),
    ).rejects.toMatchObject({ code: 'already_claimed' });
    await review(held, bob, word('allow'));
  });
});

describe('a review', () => {
  it('of a revision that is not the latest is refused with the new one, and the case stays', async () => {
    const held = await heldBy(ann, 'moved');
    await decide({ itemId: 'moved', revision: 2, action: 'review' });
    await expect(review(held, ann, word('block'))).rejects.toMatchObject({
      code: 'stale_revision',
      detail: { latest: { revision: 2 } },
    });
    await review(held, ann, word('block', 2));
    expect(await stateOf(held.id)).toMatchObject({ state: 'decided' });
  });

  it('that another revision overtook brings its case back', async () => {
    const held = await heldBy(ann, 'raced');
    const { reviewId } = await review(held, ann, word('allow'));
    await decide({ itemId: 'raced', revision: 2, action: 'review' });
    expect(await stateOf(held.id)).toMatchObject({ state: 'open', claimed_by: null });
    const [row] = await scratch.database.query('SELECT state FROM reviews WHERE review_id = $1', [reviewId]);
    expect(row).toEqual({ state: 'stale' });
  });

  it('of sexual/minors restricts the item', async () => {
    const held = await heldBy(ann, 'found');
    await review(held, ann, word('block', 1, { categories: ['sexual/minors'] }));
    await decide({ itemId: 'found', revision: 2, action: 'block', reviewId: 'x' });
    const [row] = await scratch.database.query(
      "SELECT bool_and(restricted) AS restricted FROM decisions WHERE item_id = 'found'",
    );
    expect(row).toEqual({ restricted: true });
  });

  it('is taken back by another one, and its case is open again in the same hands', async () => {
    const held = await heldBy(ann, 'regretted');
    const { reviewId } = await review(held, ann, word('block'));
    await expect(undoReview(scratch.database, reviewId, bob, RULES)).rejects.toMatchObject({
      code: 'not_yours',
    });
    await decide({ itemId: 'regretted', revision: 2, action: 'block', reviewId, reviewerId: 'ann' });
    await expect(undoReview(scratch.database, reviewId, ann, { ...RULES, undoMs: -1 })).rejects.toMatchObject(
      {
        code: 'undo_expired',
      },
    );
    const undo = await undoReview(scratch.database, reviewId, ann, RULES);
    expect(await stateOf(held.id)).toMatchObject({ state: 'open', claimed_by: 'ann' });
    const [sent] = await scratch.database.query(
      'SELECT action, revision, unsent FROM reviews WHERE review_id = $1',
      [undo.reviewId],
    );
    expect(sent).toEqual({ action: 'review', revision: 2, unsent: true });
    await expect(undoReview(scratch.database, reviewId, ann, RULES)).rejects.toMatchObject({
      code: 'already_undone',
    });
    await decide({
      itemId: 'regretted',
      revision: 3,
      action: 'review',
      reviewId: undo.reviewId,
      reviewerId: 'ann',
    });
    await review(held, ann, word('flag', 3));
  });
});

describe('a second opinion', () => {
  it('is another person’s', async () => {
    const held = await heldBy(ann, 'doubtful');
    const asked = await requestSecondOpinion(scratch.database, held.id, ann, 'is this a quotation?');
    expect(asked).toMatchObject({ kind: 'second_opinion', note: 'is this a quotation?' });
    expect(await stateOf(held.id)).toMatchObject({ state: 'closed' });
    await expect(
      scratch.database.transaction((sql) => claimCase(sql, asked.id, ann, RULES)),
    ).rejects.toMatchObject({ code: 'already_claimed' });
    const second = await scratch.database.transaction((sql) => claimCase(sql, asked.id, bob, RULES));
    await review(second, bob, word('allow'));
  });

  it('is taken of a share of reviews', async () => {
    const held = await heldBy(ann, 'sampled');
    const { reviewId } = await review(held, ann, word('allow'), { ...RULES, secondOpinionShare: 1 });
    const [row] = await scratch.database.query(
      "SELECT first_review_id, excluded FROM cases WHERE item_id = 'sampled' AND kind = 'second_opinion'",
    );
    expect(row).toEqual({ first_review_id: reviewId, excluded: ['ann'] });
  });
});

describe('an appeal', () => {
  it('is upheld with the same action, or overturned with another', async () => {
    await decide({ itemId: 'appealed', action: 'block' });
    await scratch.ingest({
      ...chunkOf(
        [
          {
            kind: 'appeal',
            row: {
              appeal_id: 'a-1',
              item_key: 'acme/appealed',
              version: 1n,
              revision: 1,
              appellant_id: 'author',
              statement: 'It is satire.',
              filed_at_ms: 1,
            },
          },
        ],
        0n,
        'cases',
      ),
    });
    const held = await claim(ann, 'appeals');
    if (!held) throw new Error('no appeal waits');
    for (const wrong of [
      word('allow'),
      word('allow', 1, { outcome: 'upheld' }),
      word('block', 1, { outcome: 'overturned' }),
    ])
      await expect(review(held, ann, wrong)).rejects.toMatchObject({ code: 'wrong_outcome' });
    await review(held, ann, word('allow', 1, { outcome: 'overturned' }));
    const [row] = await scratch.database.query("SELECT outcome FROM appeals WHERE appeal_id = 'a-1'");
    expect(row).toEqual({ outcome: 'overturned' });
  });
});

describe('a golden case', () => {
  it('is served unmarked after so many others, and its answer changes no decision', async () => {
    const gus = person('gus');
    await decide(
      { itemId: 'known', action: 'flag' },
      { itemId: 'plain', action: 'review', flagged: { hate: 7 } },
    );
    await scratch.database.transaction((sql) =>
      addGolden(
        sql,
        { queue: 'general', itemKey: 'acme/known', version: '1', revision: 1, expectedAction: 'block' },
        ann,
      ),
    );
    const rules = { ...RULES, goldenEvery: 1 };
    const plain = await claim(gus, 'general', rules);
    expect(plain?.kind).not.toBe('golden');
    await scratch.database.transaction((sql) => releaseCase(sql, plain?.id ?? '', gus));
    const golden = await claim(gus, 'general', rules);
    expect(golden).toMatchObject({ kind: 'golden', item_id: 'known' });
    // As long in the queue as the one that would have come.
    expect(golden?.opened_at_ms).toBe(plain?.opened_at_ms);
    expect(golden && toCaseSummary(golden)).toMatchObject({ kind: 'review' });
    if (golden) expect(await review(golden, gus, word('block'))).toMatchObject({ golden: true });
    const rows = await scratch.database.query("SELECT 1 FROM reviews WHERE reviewer_id = 'gus'");
    expect(rows).toEqual([]);
    const [answer] = await scratch.database.query('SELECT action FROM golden_answers');
    expect(answer).toEqual({ action: 'block' });
  });
});

describe('the holder of a golden case', () => {
  const hana = person('hana');
  const rules = { ...RULES, goldenEvery: 1 };
  /** After one ordinary case, the golden one of the item, whose later revision a person made. */
  const golden = async (itemId: string): Promise<CaseRow> => {
    await decide({ itemId, action: 'review', flagged: { hate: 5 } });
    await scratch.database.transaction((sql) =>
      addGolden(
        sql,
        { queue: 'general', itemKey: `acme/${itemId}`, version: '1', revision: 1, expectedAction: 'block' },
        ann,
      ),
    );
    await decide({ itemId, revision: 2, action: 'block', reviewId: `of-${itemId}`, reviewerId: 'ann' });
    const plain = await heldBy(hana, `before-${itemId}`);
    await review(plain, hana, word('flag'));
    for (;;) {
      const row = await claim(hana, 'general', rules);
      if (row?.item_id === itemId) return row;
      if (row?.kind !== 'golden') throw new Error('no golden case came');
      // Of another test; answered, so that it does not come again.
      await review(row, hana, word('flag'));
      await review(await heldBy(hana, `then-${itemId}-${row.item_id}`), hana, word('flag'));
    }
  };

  it('is shown the item as it was, in a case like any other', async () => {
    await golden('judged');
    const hold = await heldGolden(scratch.database, 'acme/judged', hana);
    expect(await heldGolden(scratch.database, 'acme/judged', bob)).toBeUndefined();
    if (!hold) throw new Error('it is not held');
    const asked = revisionServed(hold, {});
    expect(asked).toEqual({ version: '1', revision: 1 });
    expect(revisionServed(hold, { version: '1', revision: 2 })).toEqual(asked);
    expect(revisionServed(hold, { version: '2', revision: 1 })).toEqual(asked);
    const found = await readItem(scratch.database, 'acme/judged', asked.version, asked.revision ?? null);
    if (!found) throw new Error('it is not known');
    expect(found.history).toHaveLength(2);
    const shown = asServed(found, hold);
    expect(shown.history.map(({ revision }) => revision)).toEqual([1]);
    expect(shown).toMatchObject({
      reviews: [],
      appeals: [],
      openCases: [{ id: hold.id, claimed_by: 'hana' }],
    });
  });

  it('may give it back, and may want another’s view, without being told what it is', async () => {
    const first = await golden('returned');
    await scratch.database.transaction((sql) => releaseCase(sql, first.id, hana));
    expect(await stateOf(first.id)).toMatchObject({ state: 'closed' });
    const passed = await golden('passed-on');
    expect(await requestSecondOpinion(scratch.database, passed.id, hana, '')).toMatchObject({
      id: passed.id,
    });
    const answers = await scratch.database.query(
      "SELECT action FROM golden_answers WHERE golden_id = $1 AND reviewer_id = 'hana'",
      [passed.golden_id],
    );
    expect(answers).toEqual([{ action: 'passed_on' }]);
  });
});

describe('limits', () => {
  it('send somebody into a break', async () => {
    const hal = person('hal');
    const held = await heldBy(hal, 'last');
    await review(held, hal, word('allow'));
    await refuseWhereBreakIsDue(scratch.database, hal);
    await writeWellness(scratch.database, { ...DEFAULT_WELLNESS, maxCasesPerHour: 1 });
    await expect(refuseWhereBreakIsDue(scratch.database, hal)).rejects.toMatchObject({ code: 'break_due' });
    await refuseWhereBreakIsDue(scratch.database, person('ida'));
  });
});
