package io.mcpauth.token;

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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks DPoP proofs as RFC 9449 section 4.3 says, one step a method, so that its callers can put
 * what is cheap first. The last step costs a signature check, and remembers the proof: nobody
 * without the key can use up its ids.
 */
final class ProofCheck {
  static final String HEADER = "DPoP";
  private static final String TYPE = "dpop+jwt";

  /** A key and a signature of RSA with 4,096 bits are 1,400 characters. */
  private static final int MOST_CHARACTERS = 8 * 1024;

  private static final int MOST_ID_CHARACTERS = 256;

  private final List<String> algorithms;
  private final Duration lifetime;
  private final UsedProofs used;
  private final Clock clock;

  /** Apart from those of tokens: forged ones must not hold up whoever has a good one. */
  private final SignatureChecks checks = SignatureChecks.onHalfTheProcessors();

  /**
   * Checks proofs.
   *
   * @param algorithms those of proofs
   * @param lifetime how far from now a proof may have been made
   * @param used what was used before
   */
  ProofCheck(List<String> algorithms, Duration lifetime, UsedProofs used, Clock clock) {
    this.algorithms = algorithms;
    this.lifetime = lifetime;
    this.used = used;
    this.clock = clock;
  }

  /** By what a proof is told from others. */
  record Mark(String id, Instant issuedAt) {}

  /**
   * Items 1, 2, 4, 5 and 7.
   *
   * @param lines of the header
   */
  SelfSignedJwt parse(List<String> lines) {
    if (lines.size() != 1) {
      throw invalid(lines.isEmpty() ? "no DPoP header" : "more than one DPoP header");
    }
    String compact = lines.get(0);
    if (compact.length() > MOST_CHARACTERS) {
      throw invalid("too large");
    }
    try {
      return SelfSignedJwt.parse(compact, TYPE, algorithms);
    } catch (AuthException e) {
      throw invalid(e);
    }
  }

  /**
   * Items 8 and 9.
   *
   * @param url whether that is the URL of the request
   */
  static void requireRequest(
      Map<String, @Nullable Object> claims, String method, Predicate<String> url) {
    if (!method.equals(claims.get("htm"))) {
      throw invalid("htm", "found", claims.get("htm"));
    }
    if (!(claims.get("htu") instanceof String htu) || !url.test(htu)) {
      throw invalid("htu", "found", claims.get("htu"));
    }
  }

  /** Items 3 and 11, section 11.1. */
  Mark mark(Map<String, @Nullable Object> claims) {
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
    if (Duration.between(issuedAt, now).abs().compareTo(lifetime) > 0) {
      throw invalid("iat", "found", issuedAt + ", it is " + now);
    }
    if (claims.get("jti") instanceof String id
        && !id.isEmpty()
        && id.length() <= MOST_ID_CHARACTERS) {
      return new Mark(id, issuedAt);
    }
    throw invalid("jti is missing, no string, or too long");
  }

  /** Item 6, and that it is used for the first time (section 11.1). */
  void requireSignedAndFirst(SelfSignedJwt proof, Mark mark) {
    try {
      proof.requireSigned(checks);
    } catch (AuthException e) {
      throw e.reason() == ReasonCode.OVER_LIMIT ? e : invalid(e);
    }
    // Longer than it is accepted, by the clock that accepts it.
    Instant until = mark.issuedAt().plus(lifetime).plusSeconds(1);
    if (!used.isFirst(proof.thumbprint(), mark.id(), until)) {
      throw new AuthException(ReasonCode.DPOP_PROOF_REPLAYED);
    }
  }

  /** How many signatures were checked. */
  long signatureChecks() {
    return checks.made();
  }

  static AuthException invalid(String problem) {
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
