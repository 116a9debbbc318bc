import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chunkOf, decisionChange } from '../testing/sample-records.js';
import { openScratchDatabase, SCRATCH_OPEN_MS, type ScratchDatabase } from '../testing/scratch-database.js';
import { filterShape, matches } from './feed-filter.js';
import { readAfter, readFacets, readPage } from './read-feed.js';

let scratch: ScratchDatabase;
const ROWS = 60;
const pick = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;

beforeAll(async () => {
  scratch = await openScratchDatabase();
  const changes = Array.from({ length: ROWS }, (_, n) =>
    decisionChange({
      tenant: pick(['acme', 'globex'], n),
      itemId: pick(['post_1', 'post%2', `post-${n}`], n),
      version: BigInt(n + 1),
      action: pick(['allow', 'flag', 'review', 'block'], n),
      flagged: pick([{}, { hate: 5 }, { 'spam/scam': 3, hate: 2 }], n),
      modalities: pick([['text'], ['image', 'text'], ['audio']], n),
      missing: pick([[], [], [], ['image']], n),
      languages: pick([[], ['en'], ['de']], n),
      conflict: n % 5 === 0,
      policy: pick(['default@1', 'default@2', 'ads@1'], n),
      ...(n % 7 === 0 ? { reviewId: `review-${n}` } : {}),
    }),
  );
  await scratch.ingest(chunkOf(changes));
}, SCRATCH_OPEN_MS);
afterAll(async () => {
  await scratch?.[Symbol.asyncDispose]();
});

const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values]), { nil: undefined });
const flag = fc.option(fc.constantFrom('true', 'false'), { nil: undefined });
const filters = fc
  .record({
    action: some(['allow', 'flag', 'review', 'block']),
    category: some(['hate', 'spam/scam', 'unknown']),
    modality: some(['text', 'image', 'audio']),
    language: some(['en', 'de']),
    tenant: some(['acme', 'globex']),
    policy: some(['default', 'default@2', 'ads@1']),
    conflict: flag,
    missing: flag,
    human: flag,
    item: fc.option(fc.constantFrom('post', 'post_', 'post%', 'post-1', ''), { nil: undefined }),
  })
  .map((given) =>
    z
      .object(filterShape)
      .parse(
        Object.fromEntries(
          Object.entries(given).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
          ),
        ),
      ),
  );

describe('the feed', () => {
  it('gives by SQL what the stream lets through, for every filter and set of tenants', async () => {
    const { database } = scratch;
    const all = await readAfter(database, 0, 1_000);
    expect(all).toHaveLength(ROWS);
    const tenants = fc.constantFrom<'all' | readonly string[]>('all', ['acme'], []);
    await fc.assert(
      fc.asyncProperty(filters, tenants, async (filter, seen) => {
        const page = await readPage(database, filter, seen, null, 200);
        const expected = all.filter((one) => matches(filter, seen, one)).map(({ seq }) => seq);
        expect(page.map(({ seq }) => seq)).toEqual(expected.toReversed());
      }),
      { numRuns: 150 },
    );
  });

  it('is paged from the newest to the oldest without a gap', async () => {
    const none = z.object(filterShape).parse({});
    const seen: number[] = [];
    let before: number | null = null;
    do {
      const page: { seq: number }[] = await readPage(scratch.database, none, 'all', before, 7);
      seen.push(...page.map(({ seq }) => seq));
      before = page.at(-1)?.seq ?? null;
    } while (before !== null);
    expect(seen).toHaveLength(ROWS);
    expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  });

  it('names the values that filters can take, and no tenant that the asker may not see', async () => {
    const facets = await readFacets(scratch.database, ['acme']);
    expect(facets).toMatchObject({
      tenants: ['acme'],
      categories: ['hate', 'spam/scam'],
      languages: ['de', 'en'],
    });
    expect(facets.policies).toEqual(['ads', 'ads@1', 'default', 'default@1', 'default@2']);
  });
});
