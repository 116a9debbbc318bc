import type { Sql } from '../database/database.js';

/**
 * Of erased items nothing stays but that they were there and what was done. What is preserved is in no list and no filter
 * any more either, but its record, its parts and what people wrote of it stay until the flag is lifted.
 */
export async function forgetErased(sql: Sql, keys: readonly string[]): Promise<void> {
  await sql.query(
    `UPDATE decisions SET top_category = NULL, top_score = NULL, severity = 0, categories = '{}', languages = '{}',
       uncertainty = 0 WHERE item_key = ANY($1::text[]) AND status <> 'erased'`,
    [[...keys]],
  );
  await sql.query('UPDATE cases SET top_category = NULL WHERE item_key = ANY($1::text[])', [[...keys]]);
  const held = await sql.query<{ item_key: string }>(
    'SELECT item_key FROM preserved_items WHERE item_key = ANY($1::text[])',
    [[...keys]],
  );
  const kept = new Set(held.map((one) => one.item_key));
  const at = [keys.filter((key) => !kept.has(key))];
  await sql.query('DELETE FROM openings WHERE item_key = ANY($1::text[])', at);
  await sql.query('DELETE FROM part_outcomes WHERE item_key = ANY($1::text[])', at);
  await sql.query(
    `UPDATE decisions SET record = NULL WHERE item_key = ANY($1::text[]) AND status <> 'erased'`,
    at,
  );
  await sql.query(`UPDATE reviews SET note = '', categories = '{}' WHERE item_key = ANY($1::text[])`, at);
  await sql.query(`UPDATE cases SET note = '' WHERE item_key = ANY($1::text[])`, at);
  await sql.query(
    `UPDATE appeals SET statement = '', appellant_id = '' WHERE item_key = ANY($1::text[])`,
    at,
  );
  await sql.query(`UPDATE reports SET note = '', reporter_id = '' WHERE item_key = ANY($1::text[])`, at);
}
