package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Refresh tokens, each good once. Two tabs of one client, or two of its threads, send the same one
 * at about the same time: for ten seconds it brings the same successor again, unless that was used.
 * After that somebody else has it, and the grant ends (RFC 9700 section 4.14.2).
 *
 * @param access makes the tokens beside
 * @param storeTime the clock that all nodes have in common: ten seconds by theirs are none
 * @param lifetime of a grant without use
 */
record RefreshTokens(
    GrantEntries entries,
    OpaqueTexts texts,
    AccessTokens access,
    GrantEnd end,
    Supplier<Instant> storeTime,
    Duration lifetime,
    Clock clock) {
  private static final Duration RACE = Duration.ofSeconds(10);

  /** Each time another has changed the grant, who may be a tab of the same client. */
  private static final int ATTEMPTS = 20;

  /** What a refresh token of a family is to its grant. */
  private enum Place {
    CURRENT,
    RACE,
    REUSED
  }

  /** The grant of a refresh token of ours, used or not; null where there is none any more. */
  GrantEntries.@Nullable FoundGrant familyOf(String refreshToken) {
    return texts.isOurs(refreshToken, OpaqueTexts.Kind.REFRESH_TOKEN)
        ? entries.grant(Opaque.hash(OpaqueTexts.familyOf(refreshToken)))
        : null;
  }

  /**
   * The grant that one is good for.
   *
   * @throws AuthException REFRESH_TOKEN_INVALID, REFRESH_TOKEN_REUSED
   */
  Grants.InUse grantOf(String refreshToken, String clientId) {
    GrantEntries.FoundGrant found = familyOf(refreshToken);
    if (found == null) {
      throw invalid("unknown or ended");
    }
    if (!found.grant().clientId().equals(clientId)) {
      throw invalid("of another client");
    }
    if (place(found.entry(), refreshToken) == Place.REUSED) {
      throw reused(found.grant());
    }
    return new Grants.InUse(found.grant(), found.entry().usedAt());
  }

  /**
   * The next tokens.
   *
   * @param change what becomes of the grant; throws where it may not be refreshed like that
   * @throws AuthException REFRESH_TOKEN_INVALID, REFRESH_TOKEN_REUSED
   */
  Grants.Tokens rotate(
      String refreshToken,
      String grantId,
      Set<String> scopes,
      Duration lasts,
      UnaryOperator<Grant> change) {
    for (int i = 0; i < ATTEMPTS; i++) {
      GrantEntries.FoundGrant found = entries.grant(grantId);
      if (found == null) {
        throw invalid("ended meanwhile");
      }
      Place place = place(found.entry(), refreshToken);
      if (place == Place.REUSED) {
        throw reused(found.grant());
      }
      Grant grant = change.apply(found.grant());
      Try next =
          place == Place.CURRENT
              ? next(refreshToken, found, grant)
              : sameAgain(refreshToken, found);
      String text = access.create(grant, scopes, lasts);
      if (stands(next, text)) {
        return new Grants.Tokens(grant, text, next.refreshToken(), scopes, lasts);
      }
    }
    throw new AuthException(
        ReasonCode.STORE_UNAVAILABLE, Map.of("problem", "too many change one grant at once"));
  }

  /**
   * A try to hand out a refresh token.
   *
   * @param confirm whether the grant was still as it was found, and now says that it is the last
   */
  private record Try(String refreshToken, BooleanSupplier confirm) {
    @Override
    public String toString() {
      return "Try";
    }
  }

  private Try next(String refreshToken, GrantEntries.FoundGrant found, Grant grant) {
    String next = texts.refreshToken(OpaqueTexts.familyOf(refreshToken));
    GrantEntry.Former former =
        new GrantEntry.Former(
            Opaque.hash(refreshToken),
            storeTime.get().plus(RACE),
            Successor.seal(next, refreshToken, found.grant().id()));
    GrantEntry after = GrantEntry.rotated(grant, clock.instant(), Opaque.hash(next), former);
    return new Try(next, () -> entries.replace(found, after, clock.instant().plus(lifetime)));
  }

  private Try sameAgain(String refreshToken, GrantEntries.FoundGrant found) {
    GrantEntry.Former former = found.entry().former();
    if (former == null) {
      throw new IllegalStateException("no former refresh token");
    }
    String id = found.grant().id();
    return new Try(
        Successor.open(former.successor(), refreshToken, id),
        () -> {
          GrantEntries.FoundGrant now = entries.grant(id);
          return now != null && now.version() == found.version();
        });
  }

  /** Whether the access token may be handed out; where not, it is gone. */
  private boolean stands(Try next, String accessToken) {
    boolean stands = false;
    try {
      stands = next.confirm().getAsBoolean();
      return stands;
    } finally {
      if (!stands) {
        access.removeUnseen(accessToken);
      }
    }
  }

  private Place place(GrantEntry entry, String refreshToken) {
    String hash = Opaque.hash(refreshToken);
    if (hash.equals(entry.refreshHash())) {
      return Place.CURRENT;
    }
    GrantEntry.Former former = entry.former();
    return former != null
            && hash.equals(former.hash())
            && storeTime.get().isBefore(former.raceUntil())
        ? Place.RACE
        : Place.REUSED;
  }

  private AuthException reused(Grant grant) {
    boolean unused = end.grant(grant.id());
    return new AuthException(ReasonCode.REFRESH_TOKEN_REUSED, Map.of("grant", grant.id()));
  }

  private static AuthException invalid(String problem) {
    return new AuthException(ReasonCode.REFRESH_TOKEN_INVALID, Map.of("problem", problem));
  }

  @Override
  public String toString() {
    return "RefreshTokens";
  }
}
