-- mcp-auth, schema version 3 of JdbcStore, for PostgreSQL 13 and later: what an authorization server of one's own
-- has, for whoever administers it. No table changes, and the application needs no rights on the views.
-- Run it once, after postgresql-2.sql and where that was run:
--   psql --single-transaction -v ON_ERROR_STOP=1 -f postgresql-3.sql
-- Running it again changes nothing.
-- What has ended is not shown. To be read only: changes are for the commands, or nodes do not hear of them.

-- Clients that the operator entered, and those that registered themselves.
CREATE OR REPLACE VIEW mcp_auth_client WITH (security_barrier) AS
SELECT
  f.entry_key                                                              AS client_id,
  'entered'                                                                AS way,
  f.entry_value::jsonb ->> 'client_name'                                   AS client_name,
  f.entry_value::jsonb -> 'redirect_uris'                                  AS redirect_uris,
  f.entry_value::jsonb -> 'grant_types'                                    AS grant_types,
  f.entry_value::jsonb ->> 'scope'                                         AS scope,
  f.entry_value::jsonb ->> 'token_endpoint_auth_method'                    AS token_endpoint_auth_method,
  (f.entry_value::jsonb ->> 'lifetime_seconds')::bigint                    AS lifetime_seconds,
  (f.entry_value::jsonb ->> 'enabled')::boolean                            AS enabled,
  to_timestamp((f.entry_value::jsonb ->> 'created')::bigint / 1000.0)      AS created_at,
  NULL::timestamptz                                                        AS expires_at
FROM mcp_auth_feed f
WHERE f.collection = 'oauth.client' AND f.entry_value IS NOT NULL
UNION ALL
SELECT
  e.entry_key,
  'registered',
  e.entry_value::jsonb #>> '{metadata,client_name}',
  e.entry_value::jsonb #> '{metadata,redirect_uris}',
  e.entry_value::jsonb #> '{metadata,grant_types}',
  e.entry_value::jsonb #>> '{metadata,scope}',
  e.entry_value::jsonb #>> '{metadata,token_endpoint_auth_method}',
  NULL,
  TRUE,
  to_timestamp((e.entry_value::jsonb ->> 'issued_at')::bigint),
  to_timestamp(e.expires_at / 1000.0)
FROM mcp_auth_entry e
WHERE e.collection = 'registration' AND e.expires_at > extract(epoch FROM clock_timestamp()) * 1000;

-- What users granted to clients, and what clients have for themselves (without a user).
CREATE OR REPLACE VIEW mcp_auth_grant WITH (security_barrier) AS
SELECT
  e.entry_key                                                              AS grant_id,
  e.entry_value::jsonb ->> 'client_id'                                     AS client_id,
  e.entry_value::jsonb ->> 'sub'                                           AS user_id,
  e.entry_value::jsonb ->> 'name'                                          AS user_name,
  e.entry_value::jsonb ->> 'scope'                                         AS scope,
  e.entry_value::jsonb ->> 'resource'                                      AS resource,
  e.entry_value::jsonb ->> 'refresh_sha256'                                AS refresh_token_hash,
  to_timestamp((e.entry_value::jsonb ->> 'created')::bigint / 1000.0)      AS created_at,
  to_timestamp((e.entry_value::jsonb ->> 'used')::bigint / 1000.0)         AS used_at,
  to_timestamp(e.expires_at / 1000.0)                                      AS expires_at
FROM mcp_auth_entry e
WHERE e.collection = 'oauth.grant' AND e.expires_at > extract(epoch FROM clock_timestamp()) * 1000;

-- Access tokens, by their hashes.
CREATE OR REPLACE VIEW mcp_auth_token WITH (security_barrier) AS
SELECT
  e.entry_key                                                              AS access_token_hash,
  e.entry_group                                                            AS grant_id,
  e.entry_value::jsonb ->> 'client_id'                                     AS client_id,
  e.entry_value::jsonb ->> 'sub'                                           AS user_id,
  e.entry_value::jsonb ->> 'scope'                                         AS scope,
  e.entry_value::jsonb ->> 'resource'                                      AS resource,
  to_timestamp((e.entry_value::jsonb ->> 'created')::bigint / 1000.0)      AS created_at,
  to_timestamp(e.expires_at / 1000.0)                                      AS expires_at
FROM mcp_auth_entry e
WHERE e.collection = 'oauth.token' AND e.expires_at > extract(epoch FROM clock_timestamp()) * 1000;

INSERT INTO mcp_auth_schema (version) VALUES (3) ON CONFLICT DO NOTHING;
