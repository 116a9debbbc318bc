import { DecisionCause, DecisionStatus } from '@tercet/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import { forgetOld } from '../database/forget-old.js';
import { readItem } from '../items/item-rows.js';
import { chunkOf, decisionChange } from '../testing/sample-records.js';
import { openScratchDatabase, SCRATCH_OPEN_MS, type ScratchDatabase } from '../testing/scratch-database.js';
import { type CaseRow, readCase } from './case-rows.js';
import { preserveItem } from './preserve-item.js';

const ann: Principal = {
  id: 'ann',
  name: 'Ann',
  role: 'reviewer',
  childSafety: true,
  queues: 'all',
  tenants: 'all',
};

let scratch: ScratchDatabase;
let next = 0n;
beforeAll(async () => {
  scratch = await openScratchDatabase();
}, SCRATCH_OPEN_MS);
afterAll(async () => {
  await scratch?.[Symbol.asyncDispose]();
});

const decide = async (given: Parameters<typeof decisionChange>[0]): Promise<void> => {
  const chunk = chunkOf([decisionChange(given)], next);
  next = chunk.nextOffset;
  await scratch.ingest(chunk);
};
const caseOf = async (itemId: string): Promise<CaseRow> => {
  const [row] = await scratch.database.query<{ id: string }>('SELECT id FROM cases WHERE item_id = $1', [
    itemId,
  ]);
  const found = await readCase(scratch.database, row?.id ?? '');
  if (!found) throw new Error(`${itemId} has no case`);
  return found;
};
const preserve = async (itemId: string, preserved: boolean): Promise<void> => {
  const row = await caseOf(itemId);
  await scratch.database.transaction((sql) => preserveItem(sql, row, preserved, ann));
};
const recordOf = async (itemId: string) =>
  (await readItem(scratch.database, `acme/${itemId}`, '1', 1))?.decision.record;

it('what is preserved is held through an erasure, out of the lists, until the flag is lifted', async () => {
  await decide({ itemId: 'held', action: 'review', flagged: { 'sexual/minors': 7 } });
  await preserve('held', true);
  expect(await caseOf('held')).toMatchObject({ queue: 'child-safety', preserved: true });
  await decide({ itemId: 'held', revision: 2, status: DecisionStatus.ERASED, cause: DecisionCause.ERASED });
  const item = await readItem(scratch.database, 'acme/held', '1', 1);
  expect(item).toMatchObject({ erased: true, preservation: { since_ms: expect.any(Number) } });
  expect(item?.decision.record).not.toBeNull();
  expect(item?.decision).toMatchObject({ categories: [], top_category: null, severity: 0 });
  expect(await caseOf('held')).toMatchObject({ state: 'closed', top_category: null });

  await preserve('held', false);
  expect(await recordOf('held')).toBeNull();
  const acts = await scratch.database.query("SELECT detail FROM audit_log WHERE act = 'preserve' ORDER BY n");
  expect(acts.map(({ detail }) => JSON.parse(String(detail)).preserved)).toEqual(['true', 'false']);
});

it('lifting the flag of an item that was not erased forgets nothing before its time', async () => {
  await decide({ itemId: 'kept', action: 'review', flagged: { 'sexual/minors': 7 }, decidedAtMs: 1_000 });
  await preserve('kept', true);
  await scratch.database.query("UPDATE cases SET state = 'closed'");
  expect(await forgetOld(scratch.database, 90)).toBe(1);
  expect(await recordOf('held')).toBeUndefined();
  await preserve('kept', false);
  expect(await recordOf('kept')).toBeInstanceOf(Uint8Array);
  expect(await forgetOld(scratch.database, 90)).toBe(1);
  expect(await recordOf('kept')).toBeUndefined();
});

it('is refused outside of the restricted queue', async () => {
  await decide({ itemId: 'plain', action: 'review' });
  await expect(preserve('plain', true)).rejects.toMatchObject({ code: 'forbidden' });
});
