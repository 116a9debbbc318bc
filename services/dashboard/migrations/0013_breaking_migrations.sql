-- Whether builds that do not hold a migration can no longer work once it is applied. A migration says so by its first line,
-- `-- breaks older builds`; the others add, so that old and new builds run side by side.
ALTER TABLE migrations ADD COLUMN breaks_older boolean NOT NULL DEFAULT false;
