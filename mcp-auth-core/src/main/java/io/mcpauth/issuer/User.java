package io.mcpauth.issuer;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is logged in.
 *
 * @param id for ever the same and nobody else's: the {@code sub} of the tokens. 1 to 255 printable
 *     characters
 * @param name to show to the user himself, such as an address for mail
 * @param claims further claims of the access tokens, such as {@code roles}: texts, numbers,
 *     booleans and lists of texts
 * @param at when he logged in, where that is known
 */
public record User(String id, String name, Map<String, Object> claims, @Nullable Instant at) {
  private static final int LONGEST = 255;
  private static final Set<String> OWN =
      Set.of(
          "iss",
          "sub",
          "aud",
          "exp",
          "iat",
          "nbf",
          "jti",
          "sid",
          "client_id",
          "azp",
          "appid",
          "cid",
          "scope",
          "scp",
          "cnf",
          "act",
          "auth_time",
          "token_type",
          "active");

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if the id is blank, too long or has control characters, or a
   *     claim is one of the server's own
   */
  public User {
    if (id.isBlank() || id.length() > LONGEST || id.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "The id of a user has to be 1 to " + LONGEST + " printable characters.");
    }
    claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
    for (String claim : claims.keySet()) {
      if (OWN.contains(claim)) {
        throw new IllegalArgumentException(
            "The claim '" + claim + "' is the server's own. Leave it out.");
      }
    }
  }

  /** Somebody with roles, in the claim {@code roles} (RFC 9068 section 2.2.3.1). */
  public static User of(String id, String name, Collection<String> roles) {
    Map<String, Object> claims = roles.isEmpty() ? Map.of() : Map.of("roles", List.copyOf(roles));
    return new User(id, name, claims, null);
  }

  /** The id alone. */
  @Override
  public String toString() {
    return "User[" + id + "]";
  }
}
