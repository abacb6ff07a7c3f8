package io.mcpauth.examples.guard;

import io.mcpauth.config.Settings;

/** The settings of the guard itself; the rest is {@link io.mcpauth.config.Setting}. */
enum GuardSetting implements Settings.Key {
  TARGET_URL,
  PORT,
  CASDOOR_URL,
  OAUTH_CLIENT_ID,
  OAUTH_CLIENT_SECRET,
  OAUTH_SCOPES,
  GUARD_BIND,
  GUARD_CREDENTIAL,
  GUARD_TARGET_RESOURCE,
  GUARD_TARGET_AUDIENCE,
  GUARD_TOKEN_ENDPOINT,
  GUARD_IDENTITY_HEADERS,
  GUARD_PASS_HEADERS,
  GUARD_PASS_RESPONSE_HEADERS,
  GUARD_TARGET_TIMEOUT_SECONDS,
  GUARD_KEEPALIVE_SECONDS,
  GUARD_TARGET_CHECK_SECONDS,
  MCP_AUTH_DEV,
  GUARD_DEV_PORT,
  GUARD_DEV_PASSWORD,
  GUARD_DEV_ROLES;

  private static final String PREFIX = "GUARD_";

  @Override
  public String key() {
    return name();
  }

  @Override
  public boolean secret() {
    return this == OAUTH_CLIENT_SECRET || this == GUARD_DEV_PASSWORD;
  }

  /** None for names that begin as those of other programs may, or as the library's. */
  @Override
  public String prefix() {
    return name().startsWith(PREFIX) ? PREFIX : "";
  }
}
