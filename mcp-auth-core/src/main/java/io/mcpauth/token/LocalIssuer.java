package io.mcpauth.token;

import io.mcpauth.access.AccessFacts;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Vouches for callers that no authorization server has issued a token to: those with a key, an
 * account or a session of this very server. What they bring is judged as a token is, by the same
 * check, and so are resource and end.
 */
final class LocalIssuer {
  /** The longest that something of ours lasts: ten years and their leap days. */
  static final Duration LONGEST = Duration.ofDays(3_653);

  /** What tells such an issuer from all others. */
  static final String MARK = "#local";

  private final AuthorizationServer server;
  private final ClaimsCheck check;
  private final Clock clock;

  LocalIssuer(ResourceIdentifier resource, Clock clock) {
    server = AuthorizationServer.ofThisServer(of(resource));
    check = new ClaimsCheck(resource, new Lifetime(Duration.ZERO, LONGEST));
    this.clock = clock;
  }

  /**
   * The issuer that principals of a resource's own credentials have: with a fragment, which no
   * authorization server may have (RFC 8414 section 2), so that it is nobody else's.
   */
  static String of(ResourceIdentifier resource) {
    return resource.value() + MARK;
  }

  /**
   * What is known of a credential that was found to be authentic.
   *
   * @param id names this one for rules of access, as {@code jti} does a token; null where nothing
   *     does
   * @param hash of the secret in base64url, as rules name a token; empty where there is none
   * @param subject whose it is, or null
   * @param clientId which key or account it is, or null
   * @param resource what it is for
   * @param issuedAt since when it is good, or null where that is not known
   * @param claims further ones, such as roles
   * @param isGood whether it is as good now as it was: what is revoked ends what it has begun
   */
  record Known(
      @Nullable String id,
      String hash,
      @Nullable String subject,
      @Nullable String clientId,
      String resource,
      Set<String> scopes,
      @Nullable Instant issuedAt,
      Instant expiresAt,
      Map<String, Object> claims,
      BooleanSupplier isGood) {
    /** One that is good until it ends. */
    Known(
        @Nullable String id,
        String hash,
        @Nullable String subject,
        @Nullable String clientId,
        String resource,
        Set<String> scopes,
        @Nullable Instant issuedAt,
        Instant expiresAt,
        Map<String, Object> claims) {
      this(id, hash, subject, clientId, resource, scopes, issuedAt, expiresAt, claims, () -> true);
    }

    @Override
    public String toString() {
      return "Known[elided]";
    }
  }

  /** Judges what is known, and mints the principal. */
  Authenticator.Proven prove(Known known, Scheme scheme, LivePolicy.Generation generation) {
    Map<String, @Nullable Object> claims = new LinkedHashMap<>(known.claims());
    claims.put("iss", server.issuer());
    claims.put("sub", known.subject());
    claims.put("client_id", known.clientId());
    claims.put("aud", known.resource());
    claims.put("scope", String.join(" ", known.scopes()));
    Instant now = clock.instant();
    Instant issuedAt = known.issuedAt();
    // The clock of the store that gave it may be ahead of ours: it was issued all the same.
    claims.put(
        "iat", issuedAt == null ? null : Math.min(issuedAt.getEpochSecond(), now.getEpochSecond()));
    claims.put("exp", known.expiresAt().getEpochSecond());
    JudgedClaims judged = check.judge(server, TokenClaims.ofFrozen(claims), now);
    McpPrincipal principal = check.mint(judged, scheme, generation);
    return new Authenticator.Proven(
        principal,
        principal.expiresAt(),
        new Facts(principal, known, generation),
        server.issuer(),
        null);
  }

  /** What rules of access ask of it. */
  private record Facts(McpPrincipal principal, Known known, LivePolicy.Generation generation)
      implements AccessFacts {
    @Override
    public String issuer() {
      return principal.issuer();
    }

    @Override
    public @Nullable String subject() {
      return principal.subject();
    }

    @Override
    public @Nullable String clientId() {
      return principal.clientId();
    }

    @Override
    public @Nullable String keyId() {
      return null;
    }

    @Override
    public @Nullable Instant surelyIssuedAt() {
      return known.issuedAt(); // by our own clock
    }

    @Override
    public long tokenMark() {
      return AccessFacts.mark(principal.issuer(), known.id());
    }

    @Override
    public long sessionMark() {
      return 0;
    }

    @Override
    public String tokenHash() {
      return known.hash();
    }

    @Override
    public boolean isStillGood() {
      return known.isGood().getAsBoolean();
    }

    @Override
    public @Nullable Collection<String> groups() {
      return generation.groups(principal.claims());
    }

    @Override
    public String toString() {
      return "Facts[" + principal + "]";
    }
  }
}
