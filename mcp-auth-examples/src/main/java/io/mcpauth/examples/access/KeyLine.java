package io.mcpauth.examples.access;

import static io.mcpauth.error.AuthException.fitForLog;

import io.mcpauth.error.AuthException;
import io.mcpauth.key.IssuedKey;
import java.time.Instant;
import java.util.stream.Collectors;

/** What is known of a key, for a line of a terminal. */
final class KeyLine {
  private KeyLine() {}

  static String of(IssuedKey key, Instant now) {
    String owner = key.owner();
    Instant used = key.lastUsedAt();
    return fitForLog(key.name())
        + "  "
        + key.id()
        + "  "
        + (key.use() == IssuedKey.Use.BASIC ? "Basic" : "ApiKey")
        + "  "
        + (key.scopes().isEmpty() ? "no scope" : scopes(key))
        + (owner == null ? "" : "  owner " + fitForLog(owner))
        + (key.expiresAt().isAfter(now) ? "  until " : "  ended ")
        + key.expiresAt()
        + (used == null ? "" : "  used " + used)
        + "  for "
        + fitForLog(key.resource());
  }

  private static String scopes(IssuedKey key) {
    return key.scopes().stream().map(AuthException::fitForLog).collect(Collectors.joining(" "));
  }
}
