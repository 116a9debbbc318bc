import type { Principal } from '../access/principal.js';
import { RESTRICTED_QUEUE } from '../access/rights.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Sql } from '../database/database.js';
import { ApiRefusal } from '../http/api-error.js';
import { forgetErased } from '../items/forget-erased.js';
import type { CaseRow } from './case-rows.js';

/**
 * Sets or lifts the flag that keeps what is known of a restricted item past its time and past an erasure. What an erasure
 * has left because of the flag goes when it is lifted.
 * @throws ApiRefusal `forbidden` outside of the restricted queue
 */
export async function preserveItem(
  sql: Sql,
  { id, item_key, queue }: CaseRow,
  preserved: boolean,
  principal: Principal,
): Promise<void> {
  if (queue !== RESTRICTED_QUEUE)
    throw new ApiRefusal('forbidden', 'Only items of the restricted queue are preserved.');
  if (preserved) {
    await sql.query(
      'INSERT INTO preserved_items (item_key, preserved_by) VALUES ($1, $2) ON CONFLICT (item_key) DO NOTHING',
      [item_key, principal.id],
    );
  } else {
    await sql.query('DELETE FROM preserved_items WHERE item_key = $1', [item_key]);
    const erased = await sql.query('SELECT 1 FROM items WHERE item_key = $1 AND erased FOR UPDATE', [
      item_key,
    ]);
    if (erased.length > 0) await forgetErased(sql, [item_key]);
  }
  const detail = { case: id, preserved: String(preserved) };
  await appendAudit(sql, { actor: principal.id, act: 'preserve', subject: item_key, detail });
}
