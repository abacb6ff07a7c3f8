package io.mcpauth.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * A token that an authorization server has issued to this client, for the server that it asked for
 * and nobody else: a bearer token (RFC 6750), or one that is bound to a {@link DpopKey}. Immutable;
 * nothing prints the value.
 *
 * <p>Does not check: that it is a JWT, whom it is for, or that its scopes are those asked for.
 */
public final class AccessToken {
  /** The end of a token that has none but a 401. */
  static final Instant UNTIL_REFUSED = Instant.MAX;

  private final String value;
  private final Instant obtainedAt;
  private final Instant expiresAt;
  private final Set<String> scopes;
  private final boolean dpopBound;

  AccessToken(String value, Instant obtainedAt, Instant expiresAt, Set<String> scopes) {
    this(value, obtainedAt, expiresAt, scopes, false);
  }

  AccessToken(
      String value, Instant obtainedAt, Instant expiresAt, Set<String> scopes, boolean dpopBound) {
    this.dpopBound = dpopBound;
    this.value = value;
    this.obtainedAt = obtainedAt;
    this.expiresAt = expiresAt;
    this.scopes = scopes;
  }

  /**
   * The token, for an {@code Authorization} header, see {@link #authorization()}: visible ASCII
   * (RFC 6749 appendix A.12) without blank, comma and quote.
   */
  public String value() {
    return value;
  }

  /**
   * When it ends, counted from before it was asked for. {@link Instant#MAX} where the server does
   * not say and there is no refresh token: then it is used until a server refuses it with a 401.
   */
  public Instant expiresAt() {
    return expiresAt;
  }

  /** Its scopes, in the server's order; those asked for where the server does not say. */
  public Set<String> scopes() {
    return scopes;
  }

  /** Whether every use of it needs a proof of the {@link DpopKey} that it was asked for with. */
  public boolean isDpopBound() {
    return dpopBound;
  }

  /**
   * The value of the {@code Authorization} header: {@code Bearer} (RFC 6750 section 2.1) or {@code
   * DPoP} (RFC 9449 section 7.1); a secret.
   */
  public String authorization() {
    return (dpopBound ? "DPoP " : "Bearer ") + value;
  }

  boolean hasKnownEnd() {
    return !expiresAt.equals(UNTIL_REFUSED);
  }

  Instant obtainedAt() {
    return obtainedAt;
  }

  Duration life() {
    return Duration.between(obtainedAt, expiresAt);
  }

  /** In either direction: a clock that is set back must not make a token last longer. */
  boolean isGoodAt(Instant now) {
    return Duration.between(obtainedAt, now).abs().compareTo(life()) < 0;
  }

  /** The end and the scopes. */
  @Override
  public String toString() {
    return "AccessToken[expiresAt=" + expiresAt + ", scopes=" + scopes + "]";
  }
}
