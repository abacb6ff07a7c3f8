package io.mcpauth.config;

import io.mcpauth.internal.net.WebAddress;

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
    return secret ? "'...'" : "'" + WebAddress.shown(value) + "'";
  }

  /** What a setting becomes that says it in other words: messages name what was written. */
  PlacedValue takenAs(String key, String other) {
    return new PlacedValue(
        other, place.substring(0, place.length() - 1) + ", taken as " + key + ")", secret);
  }

  /** The name that was written. */
  String name() {
    return place.substring(0, place.indexOf(" ("));
  }

  @Override
  public String toString() {
    return place;
  }
}
