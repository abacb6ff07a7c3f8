package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.ProofTerms;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.SelfSignedJwt;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the sender of a token has the key that it is bound to: one proof for each request, as
 * RFC 9449 section 4.3 says. Asked of tokens that are good, so that a stranger's proof costs
 * nothing; what is cheap goes first.
 */
final class DpopPossession implements Possession {
  private final Rules rules;
  private final RequestUrl url;
  private final @Nullable DpopNonces nonces;
  private final ProofCheck check;

  /**
   * What proofs have to be like.
   *
   * @param required whether tokens that are bound to no key are refused
   * @param algorithms those of proofs, the best first
   * @param lifetime how far from now a proof may have been made
   */
  record Rules(boolean required, List<String> algorithms, Duration lifetime) {}

  /**
   * Asks for proofs.
   *
   * @param url what the URL of a request is
   * @param nonces what has to be in a proof as well, or null
   * @param used what was used before
   */
  DpopPossession(
      Rules rules, RequestUrl url, @Nullable DpopNonces nonces, UsedProofs used, Clock clock) {
    this.rules = rules;
    this.url = url;
    this.nonces = nonces;
    this.check = new ProofCheck(rules.algorithms(), rules.lifetime(), used, clock);
  }

  @Override
  public String confirms() {
    return Confirmation.JKT;
  }

  @Override
  public boolean isRequired() {
    return rules.required();
  }

  @Override
  public ProofTerms terms() {
    DpopNonces made = nonces;
    return new ProofTerms(rules.algorithms(), () -> made == null ? null : made.current());
  }

  @Override
  public void require(String thumbprint, Credential.OfToken credential, AccessRequest request) {
    // RFC 9449 section 7.2: a bound token is no bearer token, whatever else is sent beside it.
    if (!(credential instanceof Credential.Dpop)) {
      throw Confirmation.missing();
    }
    SelfSignedJwt proof = check.parse(request.headers(ProofCheck.HEADER));
    if (!proof.thumbprint().equals(thumbprint)) { // section 4.3 item 12, section 6.1
      throw new AuthException(ReasonCode.DPOP_KEY_WRONG);
    }
    Map<String, @Nullable Object> claims = proof.claims();
    ProofCheck.requireRequest(claims, request.method(), htu -> url.isOf(htu, request.path()));
    if (!credential.token().hash().text().equals(claims.get("ath"))) { // item 12
      throw ProofCheck.invalid("ath is not the hash of the token");
    }
    ProofCheck.Mark mark = check.mark(claims);
    requireNonce(claims);
    check.requireSignedAndFirst(proof, mark);
  }

  /** Item 10, section 9. */
  private void requireNonce(Map<String, @Nullable Object> claims) {
    if (nonces != null && !(claims.get("nonce") instanceof String nonce && nonces.accepts(nonce))) {
      throw new AuthException(
          ReasonCode.DPOP_NONCE_NEEDED,
          Map.of("problem", claims.get("nonce") == null ? "none" : "old, or of somebody else"));
    }
  }

  /** How many signatures were checked. */
  long signatureChecks() {
    return check.signatureChecks();
  }
}
