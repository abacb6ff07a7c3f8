package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.TokenRequestProofs;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds what a client is given to the key that it proves to have (RFC 9449 section 5): its access
 * tokens, its code where it said so when it asked for it (section 10), and what is refreshed. A
 * grant that is bound once is never loosened.
 */
final class KeyBinding {
  private final TokenRequestProofs proofs;

  KeyBinding(ServerSetup setup) {
    proofs =
        TokenRequestProofs.of(
            setup.addresses().of(OAuthAddresses.TOKEN), setup.store(), setup.clock());
  }

  /**
   * The proof that a client sent, or null; nothing is proven by it yet, and no signature checked.
   *
   * @throws AuthException DPOP_PROOF_INVALID, also where a client that registered {@code
   *     dpop_bound_access_tokens} sent none (section 5.2)
   */
  TokenRequestProofs.@Nullable Shown shown(OAuthRequest request, Client client) {
    TokenRequestProofs.Shown proof = proofs.read(request.headers(TokenRequestProofs.HEADER));
    if (proof == null && client.metadata().dpopBoundAccessTokens()) {
      throw invalid("none, of a client whose tokens are bound");
    }
    return proof;
  }

  /**
   * The key of a proof, which its sender has; null where there is no proof.
   *
   * @throws AuthException DPOP_PROOF_INVALID, DPOP_PROOF_REPLAYED
   */
  static @Nullable String proven(TokenRequestProofs.@Nullable Shown proof) {
    if (proof == null) {
      return null;
    }
    proof.requireSigned();
    return proof.thumbprint();
  }

  /**
   * Requires the key that a code is bound to, if it is bound (section 10).
   *
   * @throws AuthException DPOP_PROOF_INVALID
   */
  static void requireOf(Code code, @Nullable String key) {
    String bound = code.dpopKey();
    if (bound != null && !bound.equals(key)) {
      throw invalid(key == null ? "none, for a bound code" : "of another key than the code");
    }
  }

  /**
   * A grant that is refreshed with a proof of a key, or without one. That of a public client is for
   * its key alone; a client that proves itself otherwise may change its key (section 5), and not
   * leave it out.
   *
   * @throws AuthException DPOP_PROOF_INVALID
   */
  static Grant refreshed(Grant grant, Client client, @Nullable String key) {
    String bound = grant.dpopKey();
    if (bound == null || bound.equals(key)) {
      return grant.boundTo(key);
    }
    if (key == null || client.isPublic()) {
      throw invalid(key == null ? "none, for a bound grant" : "of another key than the grant");
    }
    return grant.boundTo(key);
  }

  /** What a token of a grant is called (sections 5 and 7). */
  static String tokenType(Grant grant) {
    return grant.dpopKey() == null ? "Bearer" : "DPoP";
  }

  private static AuthException invalid(String problem) {
    return new AuthException(ReasonCode.DPOP_PROOF_INVALID, Map.of("problem", problem));
  }
}
