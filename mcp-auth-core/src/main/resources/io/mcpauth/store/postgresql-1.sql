-- mcp-auth, schema version 1 of JdbcStore, for PostgreSQL 13 and later.
-- Run it once, in a schema that is on the search_path of the application's user:
--   psql --single-transaction -v ON_ERROR_STOP=1 -f postgresql-1.sql
-- That user then needs SELECT, INSERT, UPDATE and DELETE on mcp_auth_entry, and SELECT on mcp_auth_schema.
-- Running it again changes nothing.

CREATE TABLE IF NOT EXISTS mcp_auth_entry (
  collection  VARCHAR(64)  COLLATE "C" NOT NULL, -- what the entry is for, such as registration
  entry_key   VARCHAR(255) COLLATE "C" NOT NULL, -- a hash, where the key is a secret
  entry_group VARCHAR(255) COLLATE "C" NOT NULL, -- what is removed at once; empty for none
  entry_value TEXT                     NOT NULL,
  version     BIGINT                   NOT NULL,
  expires_at  BIGINT                   NOT NULL, -- milliseconds since 1970-01-01T00:00:00Z
  PRIMARY KEY (collection, entry_key)
);

CREATE INDEX IF NOT EXISTS mcp_auth_entry_group ON mcp_auth_entry (collection, entry_group);

CREATE INDEX IF NOT EXISTS mcp_auth_entry_expires_at ON mcp_auth_entry (expires_at);

-- A row for each version of the schema that was run.
CREATE TABLE IF NOT EXISTS mcp_auth_schema (
  version INTEGER NOT NULL PRIMARY KEY
);

INSERT INTO mcp_auth_schema (version) VALUES (1) ON CONFLICT DO NOTHING;
