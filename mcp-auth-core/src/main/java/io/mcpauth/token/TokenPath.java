package io.mcpauth.token;

import io.mcpauth.access.AccessFacts;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From an access token to its caller: the kept verdict, or a verification by the server that issued
 * the token; then the principal ({@link ClaimsCheck#mint}), and the proof that it is its own.
 *
 * @param issuers who may have issued a token
 * @param verdicts what was good before
 * @param forgeries what was forged before
 * @param check judges and mints
 * @param unbound the scheme of callers whose tokens are bound to nothing
 * @param possessions what proves that a bound token is its sender's
 */
record TokenPath(
    Issuers issuers,
    KeptVerdicts verdicts,
    Forgeries forgeries,
    ClaimsCheck check,
    Scheme unbound,
    List<Possession> possessions,
    Clock clock) {
  /** Proves the caller, kept verdict or not: see {@link Authentication#prove}. */
  Authenticator.Outcome prove(
      Credential.OfToken credential, AccessRequest request, LivePolicy.Generation generation) {
    PresentedToken token = credential.token();
    Jwt.requireSize(token.length()); // before its hash is made
    KeptVerdicts.Verdict verdict = kept(token, generation);
    if (verdict == null) {
      Refusal forged = forgeries.of(token);
      if (forged != null) {
        return new Authenticator.NotProven(forged);
      }
      verdict = timed(token, generation);
    } else {
      verdicts.used();
    }
    try {
      check.requireStillGood(verdict, clock.instant());
    } catch (AuthException e) {
      verdicts.forget(token);
      throw e;
    }
    requirePossession(verdict.confirmation(), credential, request);
    return check.proven(verdict, token, generation);
  }

  /** RFC 7800 section 3.1: what nobody here can check is no bearer token. */
  private void requirePossession(
      Confirmation confirmation, Credential.OfToken credential, AccessRequest request) {
    // RFC 9449 section 7.1: the scheme is for tokens that are bound to a key.
    if (credential instanceof Credential.Dpop && confirmation.jkt() == null) {
      throw new AuthException(ReasonCode.TOKEN_NOT_BOUND);
    }
    require(Confirmation.JKT, confirmation.jkt(), credential, request);
    require(Confirmation.X5T, confirmation.x5t(), credential, request);
  }

  private void require(
      String what,
      @Nullable String thumbprint,
      Credential.OfToken credential,
      AccessRequest request) {
    boolean proven = false;
    for (Possession possession : possessions) {
      if (possession.confirms().equals(what)) {
        if (thumbprint == null && possession.isRequired()) {
          throw Confirmation.missing();
        }
        if (thumbprint != null) {
          possession.require(thumbprint, credential, request);
          proven = true;
        }
      }
    }
    if (thumbprint != null && !proven) {
      throw Confirmation.missing();
    }
  }

  /** A verdict is kept for its cost; whether it still holds is asked each time. */
  private KeptVerdicts.@Nullable Verdict kept(
      PresentedToken token, LivePolicy.Generation generation) {
    KeptVerdicts.Verdict kept = verdicts.kept(token);
    // A principal of before a change of the policy may lack a claim that it asks for.
    if (kept == null || (kept.generation() == generation.number() && kept.evidence().holds())) {
      return kept;
    }
    verdicts.forget(token);
    return null;
  }

  private KeptVerdicts.Verdict timed(PresentedToken token, LivePolicy.Generation generation) {
    long begin = System.nanoTime();
    try {
      return verified(token, generation);
    } finally {
      verdicts.madeIn(System.nanoTime() - begin);
    }
  }

  private KeptVerdicts.Verdict verified(PresentedToken token, LivePolicy.Generation generation) {
    if (!issuers.anyAsked()) {
      return shared(token, null, generation);
    }
    Issuers.Claimed claimed = issuers.find(token);
    if (!claimed.issuer().hasOwnVerifier()) {
      return claimed
          .issuer()
          .verification()
          .admitted(token, () -> shared(token, claimed, generation));
    }
    // Not shared with others that bring it now: only its verifier knows whether it is good twice.
    try {
      return verdicts.keep(token, verdict(token, claimed, generation));
    } catch (AuthException e) {
      if (e.reason().status() == 401) {
        verdicts.forget(token); // kept for other requests: it may be over for them too
      }
      throw e;
    }
  }

  /** Of those that bring one token at once, one has it verified. */
  private KeptVerdicts.Verdict shared(
      PresentedToken token, Issuers.@Nullable Claimed claimed, LivePolicy.Generation generation) {
    KeptVerdicts.Verdict verdict =
        verdicts.get(
            token,
            fresh -> verdict(fresh, claimed == null ? issuers.find(fresh) : claimed, generation));
    return verdict.generation() == generation.number()
        ? verdict
        : verdict(token, issuers.find(token), generation); // of a request that came before a change
  }

  private KeptVerdicts.Verdict verdict(
      PresentedToken token, Issuers.Claimed claimed, LivePolicy.Generation generation) {
    TokenVerification.Verified verified =
        claimed.issuer().verification().verify(token, claimed.jwt());
    JudgedClaims claims = verified.claims();
    McpPrincipal principal = check.mint(claims, claims.confirmation().scheme(unbound), generation);
    return new KeptVerdicts.Verdict(
        claims.server(),
        principal,
        verified.evidence(),
        verified.facts(),
        claims.issuedAt(),
        mark(claims, "jti"),
        mark(claims, "sid"),
        claims.confirmation(),
        generation.number());
  }

  /**
   * In another form they name nothing that a rule could name; the token may be good all the same.
   */
  private static long mark(JudgedClaims claims, String claim) {
    Object id = claims.claims().get(claim);
    return AccessFacts.mark(claims.issuer(), id instanceof String text ? text : null);
  }
}
