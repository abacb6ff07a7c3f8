package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.internal.jose.SignatureChecks;
import io.mcpauth.internal.jose.SignedJwt;
import java.util.Map;
import java.util.Set;

/**
 * The texts of signed access tokens (RFC 9068). As with {@link OpaqueTexts}, whoever brings one
 * that was not issued here costs the store nothing, and what one is good for here stands in the
 * store.
 */
final class SignedTexts {
  /** RFC 9068 section 2.1. */
  static final String TYPE = "at+jwt";

  private static final Set<String> TYPES = Set.of(TYPE);
  private static final int ID_BYTES = 16;

  /** What every server takes in a header; {@code SignedJwt} takes no more than twice that. */
  private static final int LONGEST = 8 * 1024;

  private final String issuer;
  private final SigningKeys keys;
  private final SignatureChecks checks = SignatureChecks.onHalfTheProcessors();

  SignedTexts(String issuer, SigningKeys keys) {
    this.issuer = issuer;
    this.keys = keys;
  }

  /** A {@code jti} that no other token has. */
  static String newId() {
    return Opaque.random(ID_BYTES);
  }

  /**
   * That of a token.
   *
   * @throws io.mcpauth.store.StoreException if no key can be had
   */
  String text(Grants.Issued issued) {
    Map<String, Object> claims = IntrospectionEndpoint.claims(issuer, issued, false);
    // RFC 9068 section 2.2: it is required, and where no user is, it is the client.
    claims.putIfAbsent("sub", issued.grant().clientId());
    String text = keys.signer(issued.expiresAt()).sign(TYPE, false, claims);
    if (text.length() > LONGEST) {
      throw new IllegalStateException("The claims of a user are too long for an access token.");
    }
    return text;
  }

  /**
   * Whether a text was issued here, good or not any more: one check of its signature at most.
   *
   * @throws AuthException OVER_LIMIT where that cannot be told now
   */
  boolean isOurs(String text) {
    if (text.length() > LONGEST) {
      return false;
    }
    try {
      SignedJwt jwt = SignedJwt.parse(text);
      jwt.requireType(TYPES);
      if (jwt.keyId() == null) { // each of ours has one; without it several would be tried
        return false;
      }
      keys.published().requireSigned(jwt, checks);
      return true;
    } catch (AuthException e) {
      if (e.reason() == ReasonCode.OVER_LIMIT) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public String toString() {
    return "SignedTexts[elided]";
  }
}
