package io.mcpauth.examples.foreign;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;

/**
 * Binds access tokens to the key of the proof that came with the token request (RFC 9449 section
 * 6.1), a code to the key that the authorization request named (section 10), and what is refreshed
 * to some key where it was before (section 5). The framework checks proofs; the rest it leaves to
 * its configuration, which is not used here.
 */
final class KeyBinding {
  private static final String JKT = "dpop_jkt";

  /** Under which the framework keeps the proof of a token request. */
  private static final String PROOF = "dpop_proof";

  private KeyBinding() {}

  /**
   * Refuses a token request without a proof of the key that its code is bound to.
   *
   * @param asked the parameters of the authorization request
   * @param sent those of the token request
   */
  static void require(Map<String, Object> asked, Map<String, Object> sent) {
    Object jkt = asked.get(JKT);
    if (jkt != null && !jkt.equals(thumbprint(sent.get(PROOF)))) {
      throw new OAuth2AuthenticationException(
          new OAuth2Error(
              OAuth2ErrorCodes.INVALID_DPOP_PROOF, "The code is bound to another key.", null));
    }
  }

  /**
   * Refuses a token request without a proof, where the token before was bound to a key.
   *
   * @param before the claims of that token, as far as they are known
   * @param sent the parameters of the token request
   */
  static void requireProof(@Nullable Map<String, Object> before, Map<String, Object> sent) {
    if (before != null && before.get("cnf") != null && sent.get(PROOF) == null) {
      throw new OAuth2AuthenticationException(
          new OAuth2Error(
              OAuth2ErrorCodes.INVALID_DPOP_PROOF,
              "The grant is bound to a key, and a proof of it is missing.",
              null));
    }
  }

  /** What a token has as {@code cnf}; null where the request has no proof, which was checked. */
  static @Nullable Map<String, Object> confirmation(JwtEncodingContext context) {
    Jwt proof = context.get(OAuth2TokenContext.DPOP_PROOF_KEY);
    String thumbprint = proof == null ? null : thumbprint(proof.getTokenValue());
    return thumbprint == null ? null : Map.of("jkt", thumbprint);
  }

  /** Of the key in a proof, be it checked or not; null where there is none. */
  private static @Nullable String thumbprint(@Nullable Object proof) {
    try {
      JWK key = proof instanceof String text ? SignedJWT.parse(text).getHeader().getJWK() : null;
      return key == null ? null : key.computeThumbprint().toString();
    } catch (ParseException | JOSEException e) {
      return null;
    }
  }
}
