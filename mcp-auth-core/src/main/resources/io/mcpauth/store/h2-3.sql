-- mcp-auth, schema version 3 of JdbcStore, for H2 2.2 and later: nothing but the number. H2 of that age cannot read
-- JSON, so it has no views; docs/store.md says which entries of mcp_auth_entry they would show.
-- Run it once, after h2-2.sql, in the default schema of the application's user.
-- Running it again changes nothing.

MERGE INTO mcp_auth_schema (version) KEY (version) VALUES (3);
