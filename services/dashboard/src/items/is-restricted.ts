import type { Sql } from '../database/database.js';

/** Whether nothing of an item's content may be rendered, for anybody. */
export async function isRestricted(sql: Sql, itemKey: string): Promise<boolean> {
  const rows = await sql.query('SELECT 1 FROM restricted_items WHERE item_key = $1', [itemKey]);
  return rows.length > 0;
}
