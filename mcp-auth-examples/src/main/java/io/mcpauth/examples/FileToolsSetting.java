package io.mcpauth.examples;

import io.mcpauth.config.Settings;

/** The settings of the example itself; the rest is {@link io.mcpauth.config.Setting}. */
enum FileToolsSetting implements Settings.Key {
  PORT,
  ROOT,
  ANONYMOUS_ABOUT,
  AS_PORT,
  AS_ISSUER,
  CLIENT_METADATA,
  REGISTERED_SCOPES_ONLY,
  AUDIENCE_SCOPES,
  USER,
  PASSWORD,
  GUEST_USER,
  GUEST_PASSWORD;

  @Override
  public String key() {
    return prefix() + name();
  }

  @Override
  public boolean secret() {
    return this == PASSWORD || this == GUEST_PASSWORD;
  }

  @Override
  public String prefix() {
    return "FILE_TOOLS_";
  }
}
