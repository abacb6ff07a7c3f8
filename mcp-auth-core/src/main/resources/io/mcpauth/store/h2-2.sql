-- mcp-auth, schema version 2 of JdbcStore, for H2 2.2 and later: entries that every node keeps a copy of.
-- Run it once, after h2-1.sql, in the default schema of the application's user.
-- Running it again changes nothing.

-- The entries of a group in the order of their ends: how many there are, and which ends first.
CREATE INDEX IF NOT EXISTS mcp_auth_entry_group_end
  ON mcp_auth_entry (collection, entry_group, expires_at, entry_key);

-- H2 would take the shorter one instead, and sort.
DROP INDEX IF EXISTS mcp_auth_entry_group;

CREATE TABLE IF NOT EXISTS mcp_auth_feed (
  collection  VARCHAR_CASESENSITIVE(64)    NOT NULL, -- what the entry is for, such as access.rule
  entry_key   VARCHAR_CASESENSITIVE(255)   NOT NULL,
  entry_value VARCHAR_CASESENSITIVE(65536),          -- NULL where it was removed
  number      BIGINT                       NOT NULL, -- of its last change; each is given once
  changed_at  BIGINT                       NOT NULL, -- milliseconds since 1970-01-01T00:00:00Z
  expires_at  BIGINT                       NOT NULL, -- in the same
  PRIMARY KEY (collection, entry_key)
);

CREATE UNIQUE INDEX IF NOT EXISTS mcp_auth_feed_number ON mcp_auth_feed (number);

CREATE INDEX IF NOT EXISTS mcp_auth_feed_expires_at ON mcp_auth_feed (expires_at);

-- One row: the number that was given last. Whoever changes an entry locks it until the change is committed.
CREATE TABLE IF NOT EXISTS mcp_auth_feed_last (
  id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  number BIGINT  NOT NULL
);

MERGE INTO mcp_auth_feed_last AS l USING (VALUES (1)) AS one (id) ON l.id = one.id
  WHEN NOT MATCHED THEN INSERT (id, number) VALUES (1, 0);

MERGE INTO mcp_auth_schema (version) KEY (version) VALUES (2);
