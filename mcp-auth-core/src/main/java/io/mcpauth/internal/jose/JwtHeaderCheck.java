package io.mcpauth.internal.jose;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The checks on the header of a token, before any key is touched (RFC 8725 section 3). */
public final class JwtHeaderCheck {
  /**
   * Asymmetric only: a symmetric algorithm would let the public key sign (RFC 8725 section 2.1).
   */
  private static final Set<String> ALGORITHMS =
      Set.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
          "Ed25519"); // RFC 8037 section 3.1 and its successor RFC 9864 section 2.2

  /**
   * What would have to be understood (RFC 7515 section 4.1.11, RFC 7797, RFC 7519 section 5.2), and
   * a key of the sender's choice, which is a forger's first try (RFC 8725 section 3.10). Addresses
   * and certificates ({@code jku}, {@code x5u}, {@code x5c}, {@code x5t}) are not read, whatever
   * they are: providers write their own, and the configured keys decide.
   */
  private static final List<String> REFUSED_MEMBERS = List.of("crit", "b64", "cty", "jwk");

  /** The same for what names the key of its sender, and proves nothing but that he has it. */
  private static final List<String> REFUSED_BESIDE_A_KEY = List.of("crit", "b64", "cty");

  /**
   * What says in so many words that it is no access token, and is never accepted as one: RFC 9449
   * section 4.2, OpenID Connect Back-Channel Logout section 2.4, RFC 8417 section 2.3, RFC 9701
   * section 5, the status list and the identity assertion grant drafts.
   */
  private static final Set<String> OTHER_KINDS =
      Set.of(
          "dpop+jwt",
          "logout+jwt",
          "secevent+jwt",
          "token-introspection+jwt",
          "statuslist+jwt",
          "oauth-id-jag+jwt");

  /** Unknown ids are remembered for a moment, so callers must not choose their size. */
  private static final int MAX_KEY_ID = 512;

  private JwtHeaderCheck() {}

  /** Whether a {@code typ}, in any case and with or without its prefix, names another token. */
  public static boolean isOtherKind(String type) {
    return OTHER_KINDS.contains(name(type));
  }

  static boolean isAlgorithm(String name) {
    return ALGORITHMS.contains(name);
  }

  /** The algorithm of a header that passes. */
  public static String algorithm(Map<String, @Nullable Object> header) {
    return algorithm(header, REFUSED_MEMBERS);
  }

  /** The algorithm of a header that passes, where that has the key as well. */
  static String algorithmBesideItsKey(Map<String, @Nullable Object> header) {
    return algorithm(header, REFUSED_BESIDE_A_KEY);
  }

  private static String algorithm(Map<String, @Nullable Object> header, List<String> refused) {
    Object alg = header.get("alg");
    if (!(alg instanceof String algorithm) || !ALGORITHMS.contains(algorithm)) {
      throw refused(ReasonCode.ALGORITHM_NOT_ALLOWED, "alg", alg);
    }
    for (String member : refused) {
      if (header.containsKey(member)) {
        throw refused(ReasonCode.TOKEN_HEADER_NOT_ACCEPTED, "member", member);
      }
    }
    return algorithm;
  }

  /** The key id, or null where the header has none. */
  public static @Nullable String keyId(Map<String, @Nullable Object> header) {
    if (!header.containsKey("kid")) {
      return null;
    }
    if (header.get("kid") instanceof String kid && kid.length() <= MAX_KEY_ID) {
      return kid;
    }
    throw refused(ReasonCode.TOKEN_MALFORMED, "problem", "kid is not a string, or too long");
  }

  /**
   * RFC 8725 section 3.11, RFC 9068 section 4; mandatory at+jwt would lock whole providers out.
   *
   * @param accepted the types of the issuer's profile
   */
  public static void requireType(Map<String, @Nullable Object> header, Set<String> accepted) {
    if (!header.containsKey("typ") && accepted.contains("")) {
      return;
    }
    if (!(header.get("typ") instanceof String type) || type.isEmpty()) {
      throw refused(ReasonCode.TOKEN_TYPE_NOT_ACCEPTED, "typ", "none, or not a string");
    }
    if (!accepted.contains(name(type))) {
      throw refused(ReasonCode.TOKEN_TYPE_NOT_ACCEPTED, "typ", type);
    }
  }

  /** The types that name another kind of token, whatever else is wrong with it. */
  public static void requireNoOtherKind(Map<String, @Nullable Object> header) {
    if (header.get("typ") instanceof String type) {
      switch (name(type)) {
        case "dpop+jwt" -> throw refused(ReasonCode.DPOP_PROOF_NOT_ACCEPTED, "typ", type);
        case "logout+jwt" -> throw refused(ReasonCode.LOGOUT_TOKEN_NOT_ACCEPTED, "typ", type);
        default -> {}
      }
    }
  }

  /** RFC 7515 section 4.1.9: the prefix may be left out. */
  private static String name(String type) {
    String name = type.toLowerCase(Locale.ROOT);
    return name.startsWith("application/") ? name.substring("application/".length()) : name;
  }

  private static AuthException refused(ReasonCode reason, String fact, @Nullable Object value) {
    return new AuthException(reason, Map.of(fact, String.valueOf(value)));
  }
}
