-- mcp-auth, schema version 2 of JdbcStore, for PostgreSQL 13 and later: entries that every node keeps a copy of.
-- Run it once, after postgresql-1.sql and where that was run:
--   psql --single-transaction -v ON_ERROR_STOP=1 -f postgresql-2.sql
-- The user of the application then also needs SELECT, INSERT, UPDATE and DELETE on mcp_auth_feed,
-- and SELECT and UPDATE on mcp_auth_feed_last.
-- Running it again changes nothing.

-- The entries of a group in the order of their ends: how many there are, and which ends first.
CREATE INDEX IF NOT EXISTS mcp_auth_entry_group_end
  ON mcp_auth_entry (collection, entry_group, expires_at, entry_key);

CREATE TABLE IF NOT EXISTS mcp_auth_feed (
  collection  VARCHAR(64)  COLLATE "C" NOT NULL, -- what the entry is for, such as access.rule
  entry_key   VARCHAR(255) COLLATE "C" NOT NULL,
  entry_value TEXT,                              -- NULL where it was removed
  number      BIGINT                   NOT NULL, -- of its last change; each is given once
  changed_at  BIGINT                   NOT NULL, -- milliseconds since 1970-01-01T00:00:00Z
  expires_at  BIGINT                   NOT NULL, -- in the same
  PRIMARY KEY (collection, entry_key)
);

CREATE UNIQUE INDEX IF NOT EXISTS mcp_auth_feed_number ON mcp_auth_feed (number);

CREATE INDEX IF NOT EXISTS mcp_auth_feed_expires_at ON mcp_auth_feed (expires_at);

-- One row: the number that was given last. Whoever changes an entry locks it until the change is committed.
CREATE TABLE IF NOT EXISTS mcp_auth_feed_last (
  id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  number BIGINT  NOT NULL
);

INSERT INTO mcp_auth_feed_last (id, number) VALUES (1, 0) ON CONFLICT DO NOTHING;

INSERT INTO mcp_auth_schema (version) VALUES (2) ON CONFLICT DO NOTHING;
