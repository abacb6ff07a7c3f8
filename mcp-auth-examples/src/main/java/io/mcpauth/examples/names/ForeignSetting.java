package io.mcpauth.examples.names;

import io.mcpauth.config.Settings;

/** Names of other servers' guides that are understood; {@link ForeignNames} says as what. */
public enum ForeignSetting implements Settings.Key {
  /** {@code oauth}, as it is by default; {@code none} stops the start. */
  AUTH_MODE,
  /** The resource without its last segment, {@code /mcp}. */
  PUBLIC_BASE_URL,
  /** The issuer without {@code https://} and the slash at its end. */
  AUTH0_DOMAIN,
  /** The {@code aud} value of tokens. */
  AUTH0_AUDIENCE;

  @Override
  public String key() {
    return name();
  }

  @Override
  public boolean secret() {
    return false;
  }
}
