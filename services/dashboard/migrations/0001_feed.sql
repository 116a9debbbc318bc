-- What the dashboard knows of items: every decision revision in feed order, what was opened, and what came of each part.

-- One row per partition that is read: committed with what was read from it.
CREATE TABLE ingest_offsets (
  topic text NOT NULL,
  partition integer NOT NULL,
  next_offset bigint NOT NULL,
  -- What lay behind the offset when it was written; 0 once a fetch found nothing more. Kafka's own figure would count the
  -- markers of fusion's transactions, which nobody can read.
  lag bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, partition)
);

CREATE TABLE items (
  item_key text PRIMARY KEY,
  tenant text NOT NULL,
  item_id text NOT NULL,
  latest_version bigint NOT NULL,
  latest_revision integer NOT NULL,
  latest_seq bigint NOT NULL,
  erased boolean NOT NULL DEFAULT false
);

-- Items of sexual/minors, by a decision's, a reviewer's or a reporter's word: nothing of their content is ever rendered.
CREATE TABLE restricted_items (item_key text PRIMARY KEY);

-- seq is taken under the ingest's advisory lock: its order is the order of commits.
CREATE TABLE decisions (
  seq bigserial PRIMARY KEY,
  decision_id text NOT NULL,
  item_key text NOT NULL,
  tenant text NOT NULL,
  item_id text NOT NULL,
  version bigint NOT NULL,
  revision integer NOT NULL,
  status text NOT NULL,
  cause text NOT NULL,
  action text NOT NULL,
  modifiers text[] NOT NULL,
  top_category text,
  top_score double precision,
  severity smallint NOT NULL,
  categories text[] NOT NULL,
  modalities text[] NOT NULL,
  missing text[] NOT NULL,
  languages text[] NOT NULL,
  conflict boolean NOT NULL,
  uncertainty double precision NOT NULL,
  policy_id text NOT NULL,
  policy_version text NOT NULL,
  human boolean NOT NULL,
  reviewer_id text,
  review_id text,
  decided_at_ms bigint,
  latency_ms bigint,
  restricted boolean NOT NULL,
  trace_id text,
  timings jsonb,
  -- The record; null once the item is erased.
  record bytea,
  UNIQUE (item_key, version, revision)
);
CREATE INDEX decisions_action ON decisions (action, seq);
CREATE INDEX decisions_tenant ON decisions (tenant, seq);
CREATE INDEX decisions_policy ON decisions (policy_id, seq);
CREATE INDEX decisions_policy_version ON decisions ((policy_id || '@' || policy_version), seq);
CREATE INDEX decisions_conflict ON decisions (seq) WHERE conflict;
CREATE INDEX decisions_missing ON decisions (seq) WHERE missing <> '{}';
CREATE INDEX decisions_human ON decisions (seq) WHERE human;
CREATE INDEX decisions_category ON decisions USING gin (categories);
CREATE INDEX decisions_modality ON decisions USING gin (modalities);
CREATE INDEX decisions_language ON decisions USING gin (languages);
CREATE INDEX decisions_item_prefix ON decisions (item_id text_pattern_ops);

CREATE TABLE openings (
  item_key text NOT NULL,
  version bigint NOT NULL,
  opened_at_ms bigint NOT NULL,
  window_ms bigint NOT NULL,
  author_id text NOT NULL,
  locale text NOT NULL,
  surface text NOT NULL,
  reach bigint NOT NULL,
  reports bigint NOT NULL,
  -- Expected parts, in the manifest's order.
  parts jsonb NOT NULL,
  decided boolean NOT NULL,
  PRIMARY KEY (item_key, version)
);
CREATE INDEX openings_open ON openings (opened_at_ms) WHERE NOT decided;

-- What came of a part: from `embeddings`, and of derived text also from `raw.text`.
CREATE TABLE part_outcomes (
  item_key text NOT NULL,
  version bigint NOT NULL,
  part_id text NOT NULL,
  embedded_at_ms bigint,
  language text NOT NULL DEFAULT '',
  -- Spans found in the source, in code points of the normalised text.
  derivation jsonb,
  sha256 text NOT NULL DEFAULT '',
  PRIMARY KEY (item_key, version, part_id)
);

-- Values that the feed's filters can take.
CREATE TABLE facets (
  kind text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (kind, value)
);

-- Counters per minute (minutes since the epoch): `action`, `latency` (key: bucket of latency-buckets.ts), `dead_letter`.
CREATE TABLE minute_counts (
  minute integer NOT NULL,
  kind text NOT NULL,
  -- Whose decisions are counted; empty for dead letters.
  tenant text NOT NULL,
  key text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (minute, kind, tenant, key)
);
