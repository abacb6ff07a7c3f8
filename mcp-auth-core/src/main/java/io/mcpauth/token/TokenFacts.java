package io.mcpauth.token;

import io.mcpauth.access.AccessFacts;
import io.mcpauth.policy.Actor;
import io.mcpauth.policy.LivePolicy;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What rules of access ask of the caller that a token proves.
 *
 * @param surelyIssuedAt by our clock: that of the issuer may be ahead
 * @param generation of the principal
 */
record TokenFacts(
    KeptVerdicts.Verdict verdict,
    PresentedToken token,
    @Nullable Instant surelyIssuedAt,
    LivePolicy.Generation generation)
    implements AccessFacts {
  @Override
  public String issuer() {
    return verdict.principal().issuer();
  }

  @Override
  public @Nullable String subject() {
    return verdict.principal().subject();
  }

  @Override
  public @Nullable String clientId() {
    return verdict.principal().clientId();
  }

  @Override
  public @Nullable String keyId() {
    return verdict.evidence().keyId();
  }

  @Override
  public @Nullable Instant surelyGrantedAt() {
    Instant grantedAt = verdict.evidence().grantedAt();
    return grantedAt == null ? surelyIssuedAt : grantedAt;
  }

  @Override
  public long tokenMark() {
    return verdict.tokenMark();
  }

  @Override
  public long sessionMark() {
    return verdict.sessionMark();
  }

  @Override
  public String tokenHash() {
    return token.hash().text();
  }

  @Override
  public @Nullable Collection<String> groups() {
    return generation.groups(verdict.principal().claims());
  }

  @Override
  public @Nullable AccessFacts actor() {
    Actor actor = verdict.principal().actor();
    return actor == null ? null : new OfActor(this, actor);
  }

  /** Shows the principal alone. */
  @Override
  public String toString() {
    return "TokenFacts[" + verdict.principal() + "]";
  }

  /** The same of who acts for it. What its groups are no token says. */
  private record OfActor(TokenFacts token, Actor current) implements AccessFacts {
    @Override
    public String issuer() {
      return current.issuer();
    }

    @Override
    public @Nullable String subject() {
      return current.subject();
    }

    /** Where the claim names none, it is the client that the token was issued to. */
    @Override
    public @Nullable String clientId() {
      return current.clientId() != null ? current.clientId() : token.clientId();
    }

    @Override
    public @Nullable String keyId() {
      return token.keyId();
    }

    @Override
    public @Nullable Instant surelyIssuedAt() {
      return token.surelyIssuedAt();
    }

    @Override
    public @Nullable Instant surelyGrantedAt() {
      return token.surelyGrantedAt();
    }

    @Override
    public long tokenMark() {
      return token.tokenMark();
    }

    @Override
    public long sessionMark() {
      return token.sessionMark();
    }

    @Override
    public String tokenHash() {
      return token.tokenHash();
    }

    @Override
    public Collection<String> groups() {
      return List.of();
    }

    @Override
    public String toString() {
      return "OfActor[" + current + "]";
    }
  }
}
