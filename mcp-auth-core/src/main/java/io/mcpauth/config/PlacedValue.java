package io.mcpauth.config;

/**
 * A value and where it stands.
 *
 * @param value without the space around it, unless it is a secret
 * @param place the name and the source, such as {@code MCP_AUTH_MODE (environment)}
 * @param secret whether the value must not be shown
 */
record PlacedValue(String value, String place, boolean secret) {
  /** The value for a message. */
  String shown() {
    return secret
        ? "'...'"
        : "'" + value.replaceAll("//[^/]*@", "//...@") + "'"; // user-info may hold a password
  }

  @Override
  public String toString() {
    return place;
  }
}
