package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.ProofTerms;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.internal.jose.SelfSignedJwt;
import io.mcpauth.internal.jose.SignatureChecks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the sender of a token has the key that it is bound to: one proof for each request, as
 * RFC 9449 section 4.3 says. Asked of tokens that are good, so that a stranger's proof costs
 * nothing; what is cheap goes first, and that a proof was used is remembered last, so that nobody
 * without the key can use up its ids.
 */
final class DpopPossession implements Possession {
  private static final String HEADER = "DPoP";
  private static final String TYPE = "dpop+jwt";

  /** A key and a signature of RSA with 4,096 bits are 1,400 characters. */
  private static final int MOST_CHARACTERS = 8 * 1024;

  private static final int MOST_ID_CHARACTERS = 256;

  private final Rules rules;
  private final RequestUrl url;
  private final @Nullable DpopNonces nonces;
  private final UsedProofs used;
  private final Clock clock;

  /** Apart from those of tokens: forged ones must not hold up whoever has a good one. */
  private final SignatureChecks checks = SignatureChecks.onHalfTheProcessors();

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
    this.used = used;
    this.clock = clock;
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
    SelfSignedJwt proof = proof(request.headers(HEADER));
    if (!proof.thumbprint().equals(thumbprint)) { // section 4.3 item 12, section 6.1
      throw new AuthException(ReasonCode.DPOP_KEY_WRONG);
    }
    Map<String, @Nullable Object> claims = proof.claims();
    requireRequest(claims, credential.token(), request);
    Instant issuedAt = issuedAt(claims);
    String id = id(claims);
    requireNonce(claims);
    requireSigned(proof);
    // Longer than it is accepted, by the clock that accepts it.
    if (!used.isFirst(thumbprint, id, issuedAt.plus(rules.lifetime()).plusSeconds(1))) {
      throw new AuthException(ReasonCode.DPOP_PROOF_REPLAYED);
    }
  }

  /** Section 4.3, items 1, 2, 4, 5 and 7. */
  private SelfSignedJwt proof(List<String> lines) {
    if (lines.size() != 1) {
      throw invalid(lines.isEmpty() ? "no DPoP header" : "more than one DPoP header");
    }
    String compact = lines.get(0);
    if (compact.length() > MOST_CHARACTERS) {
      throw invalid("too large");
    }
    try {
      return SelfSignedJwt.parse(compact, TYPE, rules.algorithms());
    } catch (AuthException e) {
      throw invalid(e);
    }
  }

  /** Items 8, 9 and 12. */
  private void requireRequest(
      Map<String, @Nullable Object> claims, PresentedToken token, AccessRequest request) {
    if (!request.method().equals(claims.get("htm"))) {
      throw invalid("htm", "found", claims.get("htm"));
    }
    if (!(claims.get("htu") instanceof String htu) || !url.isOf(htu, request.path())) {
      throw invalid("htu", "found", claims.get("htu"));
    }
    if (!token.hash().text().equals(claims.get("ath"))) {
      throw invalid("ath is not the hash of the token");
    }
  }

  /** Item 11, section 11.1. */
  private Instant issuedAt(Map<String, @Nullable Object> claims) {
    Instant issuedAt;
    try {
      issuedAt = Lifetime.instant(claims, "iat");
    } catch (AuthException e) {
      throw invalid(e);
    }
    if (issuedAt == null) {
      throw invalid("no iat");
    }
    Instant now = clock.instant();
    if (Duration.between(issuedAt, now).abs().compareTo(rules.lifetime()) > 0) {
      throw invalid("iat", "found", issuedAt + ", it is " + now);
    }
    return issuedAt;
  }

  private static String id(Map<String, @Nullable Object> claims) {
    if (claims.get("jti") instanceof String id
        && !id.isEmpty()
        && id.length() <= MOST_ID_CHARACTERS) {
      return id;
    }
    throw invalid("jti is missing, no string, or too long");
  }

  /** Item 10, section 9. */
  private void requireNonce(Map<String, @Nullable Object> claims) {
    if (nonces != null && !(claims.get("nonce") instanceof String nonce && nonces.accepts(nonce))) {
      throw new AuthException(
          ReasonCode.DPOP_NONCE_NEEDED,
          Map.of("problem", claims.get("nonce") == null ? "none" : "old, or of somebody else"));
    }
  }

  /** Item 6. */
  private void requireSigned(SelfSignedJwt proof) {
    try {
      proof.requireSigned(checks);
    } catch (AuthException e) {
      throw e.reason() == ReasonCode.OVER_LIMIT ? e : invalid(e);
    }
  }

  /** How many signatures were checked. */
  long signatureChecks() {
    return checks.made();
  }

  private static AuthException invalid(String problem) {
    return new AuthException(ReasonCode.DPOP_PROOF_INVALID, Map.of("problem", problem));
  }

  private static AuthException invalid(String problem, String fact, @Nullable Object value) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("problem", problem);
    facts.put(fact, String.valueOf(value));
    return new AuthException(ReasonCode.DPOP_PROOF_INVALID, facts);
  }

  /** What is wrong with it as a JWT; the reasons are those of access tokens. */
  private static AuthException invalid(AuthException because) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("problem", because.reason().name());
    because.facts().forEach((name, value) -> facts.putIfAbsent("of_" + name, value));
    return new AuthException(ReasonCode.DPOP_PROOF_INVALID, facts);
  }
}
