package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.SignedJwt;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code client_assertion} of a token request, not yet proven (RFC 7521 section 4.2, RFC 7523
 * section 2.2). It says which client to look up; {@link ClientAssertionVerifier} proves it.
 */
public final class ClientAssertion {
  /** The {@code client_assertion_type} of a JWT (RFC 7523 section 2.2). */
  public static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final SignedJwt jwt;
  private final String claimedClientId;

  private ClientAssertion(SignedJwt jwt, String claimedClientId) {
    this.jwt = jwt;
    this.claimedClientId = claimedClientId;
  }

  /**
   * Takes the two parameters of a request apart: at most 16 KiB, strict, an asymmetric algorithm,
   * no key of the sender's choice in the header, {@code iss} and {@code sub} the same.
   *
   * @param type {@code client_assertion_type}
   * @param assertion {@code client_assertion}
   * @throws AuthException {@code CLIENT_ASSERTION_INVALID}
   */
  public static ClientAssertion parse(@Nullable String type, String assertion) {
    if (!TYPE.equals(type)) {
      throw refused("client_assertion_type must be " + TYPE, Map.of());
    }
    SignedJwt jwt = parsed(assertion);
    // RFC 7523 section 3, items 1 and 2.B; OpenID Connect Core section 9.
    if (!(jwt.claim("sub") instanceof String sub)
        || sub.isEmpty()
        || !sub.equals(jwt.claim("iss"))) {
      throw refused("iss and sub of a client assertion must be the client_id", Map.of());
    }
    return new ClientAssertion(jwt, sub);
  }

  private static SignedJwt parsed(String assertion) {
    try {
      return SignedJwt.parse(assertion);
    } catch (AuthException e) {
      throw refused("The client assertion is not an acceptable signed JWT", because(e));
    }
  }

  /**
   * The client that it says it is from. Nobody has vouched for it: use it to find the client's
   * keys, and for nothing else. A {@code client_id} beside the assertion must be the same (RFC 7521
   * section 4.2).
   */
  public String claimedClientId() {
    return claimedClientId;
  }

  SignedJwt jwt() {
    return jwt;
  }

  static Map<String, String> because(AuthException e) {
    Map<String, String> facts = new LinkedHashMap<>(e.facts());
    facts.put("because", e.reason().name());
    return facts;
  }

  static AuthException refused(String rule, Map<String, String> facts) {
    Map<String, String> all = new LinkedHashMap<>(facts);
    all.putIfAbsent("problem", rule);
    return new AuthException(ReasonCode.CLIENT_ASSERTION_INVALID, rule, all);
  }

  @Override
  public String toString() {
    return "ClientAssertion[elided]";
  }
}
