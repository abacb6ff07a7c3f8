-- mcp-auth, schema version 1 of JdbcStore, for H2 2.2 and later.
-- Run it once, in the default schema of the application's user.
-- Running it again changes nothing.

CREATE TABLE IF NOT EXISTS mcp_auth_entry (
  collection  VARCHAR_CASESENSITIVE(64)    NOT NULL, -- what the entry is for, such as registration
  entry_key   VARCHAR_CASESENSITIVE(255)   NOT NULL, -- a hash, where the key is a secret
  entry_group VARCHAR_CASESENSITIVE(255)   NOT NULL, -- what is removed at once; empty for none
  entry_value VARCHAR_CASESENSITIVE(65536) NOT NULL,
  version     BIGINT                       NOT NULL,
  expires_at  BIGINT                       NOT NULL, -- milliseconds since 1970-01-01T00:00:00Z
  PRIMARY KEY (collection, entry_key)
);

CREATE INDEX IF NOT EXISTS mcp_auth_entry_group ON mcp_auth_entry (collection, entry_group);

CREATE INDEX IF NOT EXISTS mcp_auth_entry_expires_at ON mcp_auth_entry (expires_at);

-- A row for each version of the schema that was run.
CREATE TABLE IF NOT EXISTS mcp_auth_schema (
  version INTEGER NOT NULL PRIMARY KEY
);

MERGE INTO mcp_auth_schema (version) KEY (version) VALUES (1);
