package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.JwtHeaderCheck;
import io.mcpauth.internal.jose.SignatureChecks;
import io.mcpauth.internal.jose.SignerSearch;
import io.mcpauth.internal.jose.VerificationKey;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWT access tokens with the keys of their issuer: the header, then what the token says,
 * then the signature. A forged token that is expired or for somebody else buys neither a signature
 * check nor a fetch.
 *
 * @param server whose tokens
 * @param keys its keys
 * @param checks tries keys
 * @param forgeries is told of signatures that are nobody's
 * @param check judges the claims
 */
record JwtVerification(
    AuthorizationServer server,
    IssuerKeys keys,
    SignatureChecks checks,
    Forgeries forgeries,
    ClaimsCheck check,
    Clock clock)
    implements TokenVerification {
  /**
   * A provider has one key of an id, for a while two, and one more where the id is used again. Of
   * keys that a token without an id may be signed with, no more are tried (RFC 7515 appendix D).
   */
  static final int MOST_CHECKS = 3;

  /** What a header must not be, whoever the issuer is. */
  static void requireHeader(Jwt jwt) {
    JwtHeaderCheck.requireNoOtherKind(jwt.header()); // first: a DPoP proof has a jwk and no iss
    String unusedAlgorithm = JwtHeaderCheck.algorithm(jwt.header());
    String unusedKeyId = JwtHeaderCheck.keyId(jwt.header());
  }

  private SignerSearch ofItsTenant(SignerSearch search, JudgedClaims claims) {
    IssuerTemplate template = server.template();
    return template == null
        ? search
        : search.only(key -> template.maySign(key.issuer(), claims.issuer()));
  }

  @Override
  public Verified verify(PresentedToken token, @Nullable Jwt parsed) {
    Jwt jwt = Objects.requireNonNull(parsed, "a token that cannot be read is nobody's JWT");
    JwtHeaderCheck.requireNoOtherKind(jwt.header()); // first: a DPoP proof has a jwk and no iss
    String algorithm = JwtHeaderCheck.algorithm(jwt.header());
    String kid = JwtHeaderCheck.keyId(jwt.header());
    JwtHeaderCheck.requireType(jwt.header(), server.profile().types());
    JudgedClaims claims = check.judge(server, TokenClaims.ofFrozen(jwt.claims()), clock.instant());
    long answer = keys.answer(); // before the check, which may be by a newer one
    try {
      VerificationKey key =
          keys.signer(ofItsTenant(checks.search(jwt, algorithm, kid, MOST_CHECKS), claims));
      return new Verified(claims, new Evidence.SignedBy(keys, key), RequestFacts.NONE);
    } catch (AuthException e) {
      if (e.reason() == ReasonCode.SIGNATURE_INVALID) {
        forgeries.add(token, keys, answer, e);
      }
      throw e;
    }
  }
}
