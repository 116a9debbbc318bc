-- Items of the restricted queue whose rows are kept past their time and past an erasure. The flag is the item's: it
-- outlives the case in which it was set.
CREATE TABLE preserved_items (
  item_key text PRIMARY KEY,
  preserved_by text NOT NULL,
  preserved_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO preserved_items (item_key, preserved_by)
  SELECT item_key, max(COALESCE(claimed_by, '')) FROM cases WHERE preserved GROUP BY item_key;
ALTER TABLE cases DROP COLUMN preserved;
