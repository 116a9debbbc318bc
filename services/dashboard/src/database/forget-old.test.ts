import { afterAll, beforeAll, expect, it } from 'vitest';
import { readItem } from '../items/item-rows.js';
import { chunkOf, decisionChange } from '../testing/sample-records.js';
import { openScratchDatabase, SCRATCH_OPEN_MS, type ScratchDatabase } from '../testing/scratch-database.js';
import { forgetOld } from './forget-old.js';

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await openScratchDatabase();
}, SCRATCH_OPEN_MS);
afterAll(async () => {
  await scratch?.[Symbol.asyncDispose]();
});

it('what is old goes, unless somebody has still to look at it or it is preserved', async () => {
  const decidedAtMs = Date.now() - 100 * 86_400_000;
  await scratch.ingest(
    chunkOf([
      decisionChange({ itemId: 'old', decidedAtMs }),
      decisionChange({ itemId: 'waiting', decidedAtMs, action: 'review' }),
      decisionChange({ itemId: 'kept', decidedAtMs, action: 'review' }),
      decisionChange({ itemId: 'edited', decidedAtMs }),
      decisionChange({ itemId: 'edited', version: 2n, decidedAtMs: Date.now() }),
    ]),
  );
  await scratch.database.query("UPDATE cases SET state = 'closed' WHERE item_id = 'kept'");
  await scratch.database.query("INSERT INTO preserved_items VALUES ('acme/kept', 'ann')");
  expect(await forgetOld(scratch.database, 90)).toBe(1);
  expect(await readItem(scratch.database, 'acme/old', null, null)).toBeUndefined();
  for (const item of ['waiting', 'kept', 'edited'])
    expect(await readItem(scratch.database, `acme/${item}`, null, null)).toBeDefined();
  expect(await forgetOld(scratch.database, 90)).toBe(0);
});
