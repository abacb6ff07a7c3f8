package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Proves callers by their access tokens: the kept verdict, or a verification by the server that
 * issued the token; then the principal ({@link ClaimsCheck#mint}).
 *
 * @param issuers who may have issued a token
 * @param verdicts what was good before
 * @param forgeries what was forged before
 * @param check judges and mints
 */
record BearerAuthentication(
    Issuers issuers, KeptVerdicts verdicts, Forgeries forgeries, ClaimsCheck check, Clock clock)
    implements Authentication<Credential.Bearer> {
  @Override
  public Scheme scheme() {
    return Scheme.BEARER;
  }

  @Override
  public Class<Credential.Bearer> credential() {
    return Credential.Bearer.class;
  }

  @Override
  public Authenticator.Outcome prove(
      Credential.Bearer credential, LivePolicy.Generation generation) {
    PresentedToken token = credential.token();
    Jwt.requireSize(token.length()); // before its hash is made
    KeptVerdicts.Verdict verdict = kept(token, generation);
    if (verdict == null) {
      Refusal forged = forgeries.of(token);
      if (forged != null) {
        return new Authenticator.NotProven(forged);
      }
      verdict = verified(token, generation);
    }
    try {
      check.requireStillGood(verdict, clock.instant());
    } catch (AuthException e) {
      verdicts.forget(token);
      throw e;
    }
    return check.proven(verdict, token);
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

  private KeptVerdicts.Verdict verified(PresentedToken token, LivePolicy.Generation generation) {
    if (!issuers.anyOwnVerifier()) {
      return shared(token, null, generation);
    }
    Issuers.Claimed claimed = issuers.find(token);
    if (!claimed.issuer().hasOwnVerifier()) {
      return shared(token, claimed, generation);
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
    McpPrincipal principal = check.mint(verified.claims(), scheme(), generation.claimNames());
    return new KeptVerdicts.Verdict(
        verified.claims().server(),
        principal,
        verified.evidence(),
        verified.facts(),
        verified.claims().issuedAt(),
        generation.number());
  }
}
