-- Work for people. What the dashboard says to the pipeline is a row of reviews first, and sent from there.

CREATE TABLE cases (
  id text PRIMARY KEY,
  queue text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('review', 'appeal', 'second_opinion', 'golden')),
  -- open: waits or is claimed. decided: by review_id. closed: overtaken by something else, which `closed_by` names.
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'decided', 'closed')),
  closed_by text,
  item_key text NOT NULL,
  tenant text NOT NULL,
  item_id text NOT NULL,
  version bigint NOT NULL,
  revision integer NOT NULL,
  action text NOT NULL,
  top_category text,
  severity smallint NOT NULL,
  reach bigint NOT NULL DEFAULT 0,
  reports bigint NOT NULL DEFAULT 0,
  opened_at timestamptz NOT NULL DEFAULT now(),
  -- docs/dashboard.md, "Order": what of the priority does not depend on the time.
  weight double precision GENERATED ALWAYS AS (
    (1 + severity) * (1 + log((1 + GREATEST(reach, 0))::double precision))
      * (1 + ln((1 + GREATEST(reports, 0))::double precision))
  ) STORED,
  claimed_by text,
  claimed_at timestamptz,
  lease_expires_at timestamptz,
  preserved boolean NOT NULL DEFAULT false,
  -- Who may not claim it: the asker of a second opinion, the decider whom an appeal is against.
  excluded text[] NOT NULL DEFAULT '{}',
  review_id text,
  decided_at timestamptz,
  -- Of a second opinion: the review that it is held against. Of an appeal: its id. Of a golden case: its row.
  first_review_id text,
  appeal_id text,
  golden_id text,
  -- What the asker of a second opinion wants to be looked at.
  note text NOT NULL DEFAULT ''
);
-- One case of a kind is open per item; a golden case is one per person and not of the pipeline.
CREATE UNIQUE INDEX cases_one_open ON cases (item_key, kind) WHERE state = 'open' AND kind <> 'golden';
CREATE INDEX cases_open_queue ON cases (queue, weight DESC) WHERE state = 'open';
CREATE INDEX cases_item ON cases (item_key);
CREATE INDEX cases_decided ON cases (decided_at) WHERE state = 'decided';

-- Every time that somebody held a case, for limits and times.
CREATE TABLE claims (
  id bigserial PRIMARY KEY,
  case_id text NOT NULL,
  reviewer_id text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('reviewed', 'released', 'lost'))
);
CREATE INDEX claims_reviewer ON claims (reviewer_id, claimed_at);
CREATE INDEX claims_running ON claims (case_id) WHERE ended_at IS NULL;

CREATE TABLE reviews (
  review_id text PRIMARY KEY,
  item_key text NOT NULL,
  version bigint NOT NULL,
  revision integer NOT NULL,
  action text NOT NULL,
  modifiers text[] NOT NULL,
  categories text[] NOT NULL,
  reviewer_id text NOT NULL,
  kind text NOT NULL,
  note text NOT NULL,
  reviewed_at_ms bigint NOT NULL,
  -- pending until fusion's revision, or another one in its place, was seen.
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'applied', 'stale')),
  -- Ours and not yet acknowledged by Kafka.
  unsent boolean NOT NULL DEFAULT false,
  case_id text,
  -- The machine's or human's word that was judged.
  judged_action text NOT NULL DEFAULT '',
  judged_modifiers text[] NOT NULL DEFAULT '{}',
  -- Set where the judged revision was the machine's.
  judged_machine boolean NOT NULL DEFAULT false,
  seconds double precision,
  -- The review that this one takes back.
  undoes text,
  undone_by text
);
CREATE INDEX reviews_item ON reviews (item_key);
CREATE INDEX reviews_unsent ON reviews (reviewed_at_ms) WHERE unsent;
CREATE INDEX reviews_pending ON reviews (item_key) WHERE state = 'pending';
CREATE INDEX reviews_time ON reviews (reviewed_at_ms);

CREATE TABLE appeals (
  appeal_id text PRIMARY KEY,
  item_key text NOT NULL,
  version bigint NOT NULL,
  revision integer NOT NULL,
  appellant_id text NOT NULL,
  statement text NOT NULL,
  filed_at_ms bigint NOT NULL,
  outcome text NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'upheld', 'overturned')),
  review_id text
);
CREATE INDEX appeals_item ON appeals (item_key);

CREATE TABLE reports (
  report_id text PRIMARY KEY,
  item_key text NOT NULL,
  reporter_id text NOT NULL,
  category text NOT NULL,
  note text NOT NULL,
  reported_at_ms bigint NOT NULL
);
CREATE INDEX reports_item ON reports (item_key);

-- Cases whose right answer a lead has given; served among the others, unmarked.
CREATE TABLE golden_cases (
  id text PRIMARY KEY,
  queue text NOT NULL,
  item_key text NOT NULL,
  version bigint NOT NULL,
  revision integer NOT NULL,
  expected_action text NOT NULL,
  added_by text NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  retired boolean NOT NULL DEFAULT false
);
CREATE TABLE golden_answers (
  golden_id text NOT NULL,
  reviewer_id text NOT NULL,
  action text NOT NULL,
  answered_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (golden_id, reviewer_id)
);

CREATE TABLE dashboard_settings (
  name text PRIMARY KEY,
  value jsonb NOT NULL
);
