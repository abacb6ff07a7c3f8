package io.mcpauth.token;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an authentic token says, not yet judged: it grants nothing. Lives for one request and is
 * never printed.
 */
public final class TokenClaims {
  private final Map<String, @Nullable Object> members;

  private TokenClaims(Map<String, @Nullable Object> members) {
    this.members = members;
  }

  /**
   * Claims by their JWT or introspection names (RFC 7519 section 4.1, RFC 7662 section 2.2).
   *
   * @param members strings, numbers, booleans, lists and maps, as JSON has them; {@code iss},
   *     {@code aud} and {@code exp} are needed for the claims check to pass
   */
  public static TokenClaims of(Map<String, ? extends @Nullable Object> members) {
    return new TokenClaims(Collections.unmodifiableMap(new LinkedHashMap<>(members)));
  }

  /** The value of a claim, or null where it is absent or null. */
  @Nullable Object get(String name) {
    return members.get(name);
  }

  /** All of them, as JSON has them. */
  Map<String, @Nullable Object> members() {
    return members;
  }

  @Override
  public String toString() {
    return "TokenClaims[elided]";
  }
}
