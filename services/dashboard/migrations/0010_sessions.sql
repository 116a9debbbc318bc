-- Who is logged in. The cookie's value is kept nowhere: a row is found by its sha256, and what is secret in a row is
-- encrypted under a key made of it.
CREATE TABLE sessions (
  id_hash text PRIMARY KEY,
  principal text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  -- Whatever is done, the session ends here.
  expires_at timestamptz NOT NULL,
  -- From here on the provider is asked again before anything is answered; null: a local login.
  refresh_at timestamptz,
  -- One process asks at a time.
  refreshing_until timestamptz,
  sealed_tokens text,
  revoked_at timestamptz
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
