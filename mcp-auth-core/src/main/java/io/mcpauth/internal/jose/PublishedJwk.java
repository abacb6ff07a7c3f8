package io.mcpauth.internal.jose;

import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JWK as an issuer publishes it, reduced to what decides whether it verifies signatures. What
 * decides nothing ({@code x5c}, {@code x5t}, {@code exp} and whatever else a provider adds) is not
 * looked at, so that it refuses nothing.
 */
final class PublishedJwk {
  /** The key's own members by {@code kty} (RFC 7518 section 6, RFC 8037 section 2), and its id. */
  private static final Set<String> OWN =
      Set.of(
          "kty", "kid", "alg", "crv", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi", "oth",
          "k");

  private PublishedJwk() {}

  /**
   * The members that decide.
   *
   * @throws ParseException if the issuer says that the key is for something else
   */
  static Map<String, Object> deciding(Map<String, Object> jwk) throws ParseException {
    requirePurpose(jwk.get("use"), jwk.get("key_ops"));
    Map<String, Object> members = new TreeMap<>(jwk);
    members.keySet().retainAll(OWN);
    if (!(members.get("kid") instanceof String)) { // RFC 7517 section 4.5: a string, or it is none
      members.remove("kid");
    }
    return members;
  }

  /** RFC 7517 sections 4.2 and 4.3; an empty one says nothing. */
  private static void requirePurpose(@Nullable Object use, @Nullable Object operations)
      throws ParseException {
    if (use != null && !use.equals("") && !use.equals("sig")) {
      throw new ParseException("its use is '" + use + "'", 0);
    }
    if (operations == null) {
      return;
    }
    if (!(operations instanceof List<?> list)) {
      throw new ParseException("its key_ops are no list", 0);
    }
    if (!list.isEmpty() && !list.contains("verify")) {
      throw new ParseException("its key_ops are " + list + ", without 'verify'", 0);
    }
  }
}
