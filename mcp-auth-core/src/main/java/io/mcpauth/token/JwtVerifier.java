package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWT access tokens with the keys of the issuer that they name. A token picks its issuer
 * among the configured ones before any key is touched; nothing it says makes a request to another.
 */
final class JwtVerifier implements TokenVerifier {
  private final Map<String, IssuerKeys> keysByIssuer;

  /**
   * A verifier for some issuers.
   *
   * @param keysByIssuer the keys for every accepted {@code iss} value
   */
  JwtVerifier(Map<String, IssuerKeys> keysByIssuer) {
    this.keysByIssuer = Map.copyOf(keysByIssuer);
  }

  @Override
  public TokenClaims verify(PresentedToken token) {
    Jwt jwt = Jwt.parse(token.value());
    String algorithm = JwtHeaderCheck.algorithm(jwt.header());
    String kid = JwtHeaderCheck.keyId(jwt.header());
    List<VerificationKey> candidates = keysOf(jwt).find(algorithm, kid);
    // RFC 7515 section 4.1.4: without a kid, only when there is nothing to choose.
    if (candidates.isEmpty() || (kid == null && candidates.size() > 1)) {
      Map<String, String> facts = new HashMap<>();
      facts.put("alg", algorithm);
      facts.put("kid", String.valueOf(kid));
      throw new AuthException(ReasonCode.KEY_NOT_FOUND, facts);
    }
    for (VerificationKey key : candidates) {
      if (key.verifies(algorithm, jwt.signingInput(), jwt.signature())) {
        return TokenClaims.of(jwt.claims());
      }
    }
    throw new AuthException(ReasonCode.SIGNATURE_INVALID, Map.of("kid", String.valueOf(kid)));
  }

  private IssuerKeys keysOf(Jwt jwt) {
    @Nullable Object iss = jwt.claims().get("iss");
    IssuerKeys keys = iss instanceof String issuer ? keysByIssuer.get(issuer) : null;
    if (keys == null) {
      throw ClaimsCheck.wrongIssuer(iss, Set.copyOf(keysByIssuer.keySet()));
    }
    return keys;
  }
}
