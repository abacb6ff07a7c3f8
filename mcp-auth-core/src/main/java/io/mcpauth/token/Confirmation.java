package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Scheme;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a token is bound to (RFC 7800 section 3.1): whoever uses it has to prove that he has it, on
 * each request.
 *
 * @param jkt the thumbprint of a key (RFC 9449 section 6.1), or null
 * @param x5t the SHA-256 thumbprint of a certificate (RFC 8705 section 3.1), or null
 */
record Confirmation(@Nullable String jkt, @Nullable String x5t) {
  static final String JKT = "jkt";
  static final String X5T = "x5t#S256";

  /** That of a token which anybody may use who has it. */
  static final Confirmation NONE = new Confirmation(null, null);

  /**
   * What a {@code cnf} says.
   *
   * @param cnf the claim, or null
   * @throws AuthException PROOF_OF_POSSESSION_MISSING if it says what nobody here can check: who
   *     cannot must not treat the token as a bearer token
   */
  static Confirmation of(@Nullable Object cnf) {
    if (cnf == null) {
      return NONE;
    }
    if (!(cnf instanceof Map<?, ?> members) || members.isEmpty()) {
      throw missing();
    }
    for (Object name : members.keySet()) {
      if (!name.equals(JKT) && !name.equals(X5T)) {
        throw missing();
      }
    }
    return new Confirmation(thumbprint(members, JKT), thumbprint(members, X5T));
  }

  private static @Nullable String thumbprint(Map<?, ?> members, String name) {
    if (!members.containsKey(name)) {
      return null;
    }
    // A SHA-256 in base64url, which is never anything else.
    if (members.get(name) instanceof String text && text.matches("[A-Za-z0-9_-]{43}")) {
      return text;
    }
    throw missing();
  }

  /** Refuses a token whose proof is not there or cannot be checked. */
  static AuthException missing() {
    return new AuthException(ReasonCode.PROOF_OF_POSSESSION_MISSING);
  }

  /** How a caller with such a token proves itself. */
  Scheme scheme(Scheme unbound) {
    return jkt != null ? Scheme.DPOP : x5t != null ? Scheme.MUTUAL_TLS : unbound;
  }
}
