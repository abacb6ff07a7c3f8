package io.mcpauth.issuer;

import io.mcpauth.access.AccessControl;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Codes, grants and tokens in a store, with hashes for texts. What is made is written before
 * whatever makes it good, and removed again where that fails: of two who end and make something at
 * once, whichever is later finds what the other has written.
 */
final class StoredGrants implements Grants {
  static final Duration CODE_LASTS = Duration.ofMinutes(1);
  static final Duration CODE_IS_REMEMBERED = Duration.ofMinutes(10);
  static final Duration RACE = Duration.ofSeconds(10);
  private static final int MOST_SHOWN = 200;
  private static final int ATTEMPTS = 5;

  private final GrantEntries entries;
  private final OpaqueTexts texts;
  private final GrantEnd end;
  private final Duration refreshLifetime;
  private final Clock clock;
  private final Supplier<Instant> storeTime;

  /**
   * Those of a server.
   *
   * @param access where it is told that a grant has ended
   */
  StoredGrants(ServerSetup setup, AccessControl access) {
    this(
        setup.store(),
        new GrantEnd(setup.issuer(), setup.store(), access),
        setup.refreshTokenLifetime(),
        setup.clock(),
        null);
  }

  /**
   * Those of a store.
   *
   * @param storeTime the clock that all nodes have in common; null for that of the store
   */
  StoredGrants(
      Store store,
      GrantEnd end,
      Duration refreshLifetime,
      Clock clock,
      @Nullable Supplier<Instant> storeTime) {
    this.entries = new GrantEntries(store);
    this.texts = new OpaqueTexts(store);
    this.end = end;
    this.refreshLifetime = refreshLifetime;
    this.clock = clock;
    this.storeTime = storeTime == null ? end::storeNow : storeTime;
  }

  @Override
  public String keep(Code code) {
    return asked(
        () -> {
          String text = texts.code();
          entries.create(text, CodeEntry.of(code), code.user(), in(CODE_LASTS));
          return text;
        });
  }

  @Override
  public boolean isOf(String text, String clientId) {
    return asked(
        () -> {
          if (texts.isOurs(text, OpaqueTexts.Kind.CODE)) {
            GrantEntries.FoundCode found = entries.code(text);
            return found != null
                && found.entry().code() != null
                && found.entry().clientId().equals(clientId);
          }
          GrantEntries.FoundGrant found = familyOf(text);
          return found != null
              && found.grant().clientId().equals(clientId)
              && place(found.entry(), Opaque.hash(text)) != Place.REUSED;
        });
  }

  @Override
  public Code take(String code) {
    return asked(
        () -> {
          if (!texts.isOurs(code, OpaqueTexts.Kind.CODE)) {
            throw new AuthException(ReasonCode.CODE_INVALID, problem("not issued here"));
          }
          String grantId = Opaque.hash(OpaqueTexts.familyOfCode(code));
          for (int i = 0; i < ATTEMPTS; i++) {
            GrantEntries.FoundCode found = entries.code(code);
            if (found == null) {
              throw new AuthException(ReasonCode.CODE_INVALID, problem("unknown or too old"));
            }
            Code fresh = found.entry().code();
            if (fresh == null) {
              comeAgain(code, found);
              throw new AuthException(ReasonCode.CODE_REUSED, ended(grantId));
            }
            CodeEntry taken = found.entry().taken(grantId);
            if (entries.replace(code, found, taken, in(CODE_IS_REMEMBERED))) {
              return fresh;
            }
          }
          throw busy();
        });
  }

  /** First that it came again, for who is just making the grant; then what there is of it. */
  private void comeAgain(String code, GrantEntries.FoundCode first) {
    GrantEntries.FoundCode found = first;
    for (int i = 0; i < ATTEMPTS && found != null && !found.entry().again(); i++) {
      CodeEntry again = found.entry().comeAgain();
      if (entries.replace(code, found, again, in(CODE_IS_REMEMBERED))) {
        break;
      }
      found = entries.code(code);
    }
    boolean unused = end.grant(Opaque.hash(OpaqueTexts.familyOfCode(code)));
  }

  @Override
  public Tokens begin(String code, Code taken, Duration lifetime, boolean refresh) {
    return asked(
        () -> {
          String family = OpaqueTexts.familyOfCode(code);
          Grant grant =
              new Grant(
                  Opaque.hash(family),
                  taken.clientId(),
                  taken.user(),
                  taken.scopes(),
                  taken.resource(),
                  storeTime.get(),
                  taken.authTime(),
                  taken.dpopKey());
          String refreshToken = refresh ? texts.refreshToken(family) : null;
          Tokens tokens = begun(grant, grant.scopes(), lifetime, refreshToken);
          GrantEntries.FoundCode found = tried(grant, () -> entries.code(code));
          if (found == null || found.entry().again()) {
            undo(grant);
            throw new AuthException(
                found == null ? ReasonCode.CODE_INVALID : ReasonCode.CODE_REUSED,
                ended(grant.id()));
          }
          return tokens;
        });
  }

  @Override
  public Tokens ofClient(Client client, Set<String> scopes, String resource, Duration lifetime) {
    return asked(
        () -> {
          String id = Opaque.hash(OpaqueTexts.newFamily());
          Instant now = storeTime.get();
          Grant grant = new Grant(id, client.id(), null, scopes, resource, now, null, null);
          return begun(grant, scopes, lifetime, null);
        });
  }

  /** The token before the grant: without a grant nobody is shown one, and nobody has the token. */
  private Tokens begun(
      Grant grant, Set<String> scopes, Duration lifetime, @Nullable String refreshToken) {
    String hash = refreshToken == null ? null : Opaque.hash(refreshToken);
    GrantEntry entry = new GrantEntry(grant, grant.createdAt(), hash, null);
    Instant last = in(refreshToken == null ? lifetime : refreshLifetime);
    return tried(
        grant,
        () -> {
          String access = access(grant, scopes, lifetime);
          if (!entries.create(entry, last)) {
            throw new AuthException(ReasonCode.CODE_REUSED, ended(grant.id()));
          }
          return new Tokens(grant, access, refreshToken, scopes, lifetime);
        });
  }

  /** Does a step of a grant that nobody has yet, and undoes all where it fails. */
  private <T extends @Nullable Object> T tried(Grant grant, Supplier<T> step) {
    try {
      return step.get();
    } catch (StoreException | AuthException e) {
      undo(grant);
      throw e;
    }
  }

  private void undo(Grant grant) {
    try {
      boolean unused = entries.remove(grant.id());
    } catch (StoreException e) {
      return; // nobody has been given anything of it, and it ends by itself
    }
  }

  private String access(Grant grant, Set<String> scopes, Duration lifetime) {
    String text = texts.accessToken();
    entries.create(text, new TokenEntry(grant, scopes, clock.instant()), in(lifetime));
    return text;
  }

  @Override
  public Grant ofRefreshToken(String refreshToken, String clientId) {
    return asked(
        () -> {
          GrantEntries.FoundGrant found = familyOf(refreshToken);
          if (found == null) {
            throw new AuthException(ReasonCode.REFRESH_TOKEN_INVALID, problem("unknown or ended"));
          }
          if (!found.grant().clientId().equals(clientId)) {
            throw new AuthException(ReasonCode.REFRESH_TOKEN_INVALID, problem("of another client"));
          }
          if (place(found.entry(), Opaque.hash(refreshToken)) == Place.REUSED) {
            throw reused(found.grant());
          }
          return found.grant();
        });
  }

  @Override
  public Tokens rotate(String refreshToken, Grant grant, Set<String> scopes, Duration lifetime) {
    return asked(
        () -> {
          for (int i = 0; i < ATTEMPTS; i++) {
            GrantEntries.FoundGrant found = entries.grant(grant.id());
            if (found == null) {
              throw new AuthException(
                  ReasonCode.REFRESH_TOKEN_INVALID, problem("it has just ended"));
            }
            Rotation rotation =
                switch (place(found.entry(), Opaque.hash(refreshToken))) {
                  case CURRENT -> next(refreshToken, found);
                  case RACE -> sameAgain(refreshToken, found);
                  case REUSED -> throw reused(grant);
                };
            String access = access(found.grant(), scopes, lifetime);
            if (stands(rotation, access)) {
              return new Tokens(found.grant(), access, rotation.refreshToken(), scopes, lifetime);
            }
          }
          throw busy();
        });
  }

  /**
   * A try to hand out a refresh token.
   *
   * @param confirm whether the grant is as it was found, and whether that is so for good
   */
  private record Rotation(String refreshToken, Supplier<Boolean> confirm) {
    @Override
    public String toString() {
      return "Rotation[elided]";
    }
  }

  private Rotation next(String refreshToken, GrantEntries.FoundGrant found) {
    Grant grant = found.grant();
    String next = texts.refreshToken(OpaqueTexts.familyOf(refreshToken));
    GrantEntry.Former former =
        new GrantEntry.Former(
            Opaque.hash(refreshToken),
            storeTime.get().plus(RACE),
            Successor.seal(next, refreshToken, grant.id()));
    GrantEntry after = found.entry().rotated(clock.instant(), Opaque.hash(next), former);
    return new Rotation(next, () -> entries.replace(found, after, in(refreshLifetime)));
  }

  private Rotation sameAgain(String refreshToken, GrantEntries.FoundGrant found) {
    GrantEntry.Former former = found.entry().former();
    if (former == null) {
      throw new IllegalStateException("no former refresh token");
    }
    String next = Successor.open(former.successor(), refreshToken, found.grant().id());
    return new Rotation(
        next,
        () -> {
          GrantEntries.FoundGrant now = entries.grant(found.grant().id());
          return now != null && now.version() == found.version();
        });
  }

  /** Whether the access token may be handed out; where not, it is gone. */
  private boolean stands(Rotation rotation, String access) {
    boolean stands = false;
    try {
      stands = rotation.confirm().get();
      return stands;
    } finally {
      if (!stands) {
        removeUnseen(access);
      }
    }
  }

  private void removeUnseen(String access) {
    try {
      boolean unused = entries.removeToken(access);
    } catch (StoreException e) {
      return; // nobody has it
    }
  }

  /** What a refresh token of a family is to its grant. */
  private enum Place {
    CURRENT,
    RACE,
    REUSED
  }

  private Place place(GrantEntry entry, String hash) {
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
    return new AuthException(ReasonCode.REFRESH_TOKEN_REUSED, ended(grant.id()));
  }

  /** The grant of a refresh token of ours, used or not; null where there is none any more. */
  private GrantEntries.@Nullable FoundGrant familyOf(String refreshToken) {
    return texts.isOurs(refreshToken, OpaqueTexts.Kind.REFRESH_TOKEN)
        ? entries.grant(Opaque.hash(OpaqueTexts.familyOf(refreshToken)))
        : null;
  }

  @Override
  public @Nullable Issued find(String accessToken) {
    return asked(
        () -> {
          GrantEntries.FoundToken found = token(accessToken);
          return found == null
              ? null
              : new Issued(
                  found.entry().grant(),
                  found.entry().scopes(),
                  found.entry().issuedAt(),
                  found.expiresAt());
        });
  }

  private GrantEntries.@Nullable FoundToken token(String accessToken) {
    return texts.isOurs(accessToken, OpaqueTexts.Kind.ACCESS_TOKEN)
        ? entries.token(accessToken)
        : null;
  }

  @Override
  public boolean revoke(String token, String clientId) {
    return asked(
        () -> {
          GrantEntries.FoundGrant grant = familyOf(token);
          if (grant != null) {
            return grant.grant().clientId().equals(clientId) && end.grant(grant.grant().id());
          }
          GrantEntries.FoundToken access = token(token);
          return access != null
              && access.entry().grant().clientId().equals(clientId)
              && end.token(token, Duration.between(clock.instant(), access.expiresAt()));
        });
  }

  @Override
  public boolean end(String grantId) {
    return asked(() -> end.ifThere(grantId));
  }

  @Override
  public List<Grant> ofUser(String subject) {
    return asked(
        () -> {
          Comparator<Grant> byAge = Comparator.comparing(Grant::createdAt);
          PriorityQueue<Grant> newest = new PriorityQueue<>(byAge);
          entries.each(
              subject,
              found -> {
                newest.add(found.grant());
                if (newest.size() > MOST_SHOWN) {
                  Object unused = newest.remove();
                }
              });
          return newest.stream().sorted(byAge.reversed()).toList();
        });
  }

  private Instant in(Duration time) {
    return clock.instant().plus(time);
  }

  private static Map<String, String> problem(String what) {
    return Map.of("problem", what);
  }

  private static Map<String, String> ended(String grantId) {
    return Map.of("grant", grantId);
  }

  /** Others change the same thing all the time: no caller of ours does. */
  private static AuthException busy() {
    return new AuthException(ReasonCode.STORE_UNAVAILABLE, problem("too many at once"));
  }

  private static <T extends @Nullable Object> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (StoreException e) {
      throw new AuthException(
          ReasonCode.STORE_UNAVAILABLE, problem(String.valueOf(e.getMessage())));
    }
  }
}
