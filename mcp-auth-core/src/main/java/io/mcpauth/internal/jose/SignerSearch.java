package io.mcpauth.internal.jose;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the key that made one signature, at a bounded cost: whoever sends a token chooses its
 * {@code kid}, and may publish as many keys under it as it likes. No key is tried twice, whichever
 * answer of the issuer it is from.
 */
final class SignerSearch {
  private final Jwt jwt;
  private final String algorithm;
  private final @Nullable String kid;
  private final int most;
  private final Set<String> tried = new HashSet<>();

  /**
   * A search.
   *
   * @param algorithm {@code alg} of the header
   * @param kid that of the header, or null
   * @param most how many keys are tried
   */
  SignerSearch(Jwt jwt, String algorithm, @Nullable String kid, int most) {
    this.jwt = jwt;
    this.algorithm = algorithm;
    this.kid = kid;
    this.most = most;
  }

  /**
   * The candidate that made the signature, or null where none did that was tried.
   *
   * @throws AuthException KEY_NOT_FOUND where there is no candidate, or nothing says which
   */
  @Nullable VerificationKey among(List<VerificationKey> candidates) {
    // RFC 7515 section 4.1.4: without a kid, only when there is nothing to choose.
    if (candidates.isEmpty() || (kid == null && candidates.size() > 1)) {
      throw new AuthException(ReasonCode.KEY_NOT_FOUND, facts());
    }
    for (VerificationKey key : candidates) {
      if (tried.size() < most
          && tried.add(key.thumbprint())
          && key.verifies(algorithm, jwt.signingInput(), jwt.signature())) {
        return key;
      }
    }
    return null;
  }

  /** How many keys were tried. */
  int checks() {
    return tried.size();
  }

  /** What to throw where none was found. */
  AuthException failed() {
    return new AuthException(ReasonCode.SIGNATURE_INVALID, facts());
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("alg", algorithm);
    facts.put("kid", String.valueOf(kid));
    return facts;
  }
}
