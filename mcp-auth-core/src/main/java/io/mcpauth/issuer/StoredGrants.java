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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Codes, grants and tokens in a store, with hashes for texts. What is made is written before
 * whatever makes it good, and removed again where that fails: of two who end and make something at
 * once, whichever is later finds what the other has written.
 */
final class StoredGrants implements Grants {
  private static final int MOST_SHOWN = 200;

  private final GrantEntries entries;
  private final GrantEnd end;
  private final OpaqueTexts texts;
  private final IssuedCodes codes;
  private final AccessTokens access;
  private final RefreshTokens refreshTokens;
  private final Duration refreshLifetime;
  private final Clock clock;
  private final Supplier<Instant> storeTime;

  /**
   * Those of a server.
   *
   * @param access where it is told that a grant has ended
   * @param signed makes access tokens; null for opaque ones
   */
  StoredGrants(ServerSetup setup, AccessControl access, @Nullable SignedTexts signed) {
    this(
        setup.store(),
        new GrantEnd(setup.issuer(), setup.store(), access),
        setup.refreshTokenLifetime(),
        signed,
        setup.clock(),
        null,
        setup.audienceScopes());
  }

  /** Those of a store, whose tokens are for the resource that was asked for. */
  StoredGrants(
      Store store,
      GrantEnd end,
      Duration refreshLifetime,
      @Nullable SignedTexts signed,
      Clock clock,
      @Nullable Supplier<Instant> storeTime) {
    this(store, end, refreshLifetime, signed, clock, storeTime, null);
  }

  /**
   * Those of a store.
   *
   * @param signed makes access tokens; null for opaque ones
   * @param storeTime the clock that all nodes have in common; null for that of the store
   * @param audienceScopes null, or those without which a token is for nobody but its client
   */
  StoredGrants(
      Store store,
      GrantEnd end,
      Duration refreshLifetime,
      @Nullable SignedTexts signed,
      Clock clock,
      @Nullable Supplier<Instant> storeTime,
      @Nullable Set<String> audienceScopes) {
    this.entries = new GrantEntries(store);
    this.end = end;
    this.texts = new OpaqueTexts(store);
    this.codes = new IssuedCodes(entries, texts, end, clock);
    this.access = new AccessTokens(entries, texts, signed, clock, audienceScopes);
    this.refreshLifetime = refreshLifetime;
    this.clock = clock;
    this.storeTime = storeTime == null ? end::storeNow : storeTime;
    this.refreshTokens =
        new RefreshTokens(entries, texts, access, end, this.storeTime, refreshLifetime, clock);
  }

  @Override
  public String keep(Code code) {
    return asked(() -> codes.keep(code.at(storeTime.get())));
  }

  @Override
  public boolean isOf(String text, String clientId) {
    return asked(
        () -> {
          if (codes.isOurs(text)) {
            return codes.isOf(text, clientId);
          }
          GrantEntries.FoundGrant found = refreshTokens.familyOf(text);
          return found != null && found.grant().clientId().equals(clientId);
        });
  }

  @Override
  public Code take(String code) {
    return asked(() -> codes.take(code));
  }

  @Override
  public Tokens begin(String code, Code taken, Duration lifetime, boolean refresh) {
    return asked(
        () -> {
          Grant grant =
              new Grant(
                  IssuedCodes.grantId(code),
                  taken.clientId(),
                  taken.user(),
                  taken.scopes(),
                  taken.resource(),
                  storeTime.get(),
                  taken.authTime(),
                  taken.dpopKey());
          new GrantShares(entries).makeRoom(grant);
          String refreshToken = refresh ? texts.refreshToken(OpaqueTexts.familyOfCode(code)) : null;
          return begun(grant, refreshToken, lifetime, () -> codes.requireTakenOnce(code));
        });
  }

  @Override
  public Tokens ofClient(
      Client client,
      Set<String> scopes,
      String resource,
      Duration lifetime,
      @Nullable String dpopKey) {
    return asked(
        () -> {
          String id = Opaque.hash(OpaqueTexts.newFamily());
          Instant now = storeTime.get();
          Grant grant = new Grant(id, client.id(), null, scopes, resource, now, null, dpopKey);
          return begun(grant, null, lifetime, () -> {});
        });
  }

  /**
   * Writes a grant that nobody has yet, and takes all of it back where something fails. The token
   * comes first: without its grant nobody is shown it.
   *
   * @param last throws where the grant must not be
   */
  private Tokens begun(
      Grant grant, @Nullable String refreshToken, Duration lifetime, Runnable last) {
    String hash = refreshToken == null ? null : Opaque.hash(refreshToken);
    Duration lasts = refreshToken == null ? lifetime : refreshLifetime;
    boolean done = false;
    try {
      String text = access.create(grant, grant.scopes(), lifetime);
      GrantEntry entry = new GrantEntry(grant, clock.instant(), hash, null);
      if (!entries.create(entry, clock.instant().plus(lasts))) {
        throw new IllegalStateException("A grant was begun twice.");
      }
      last.run();
      done = true;
      return new Tokens(grant, text, refreshToken, grant.scopes(), lifetime);
    } finally {
      if (!done) {
        removeUnseen(grant);
      }
    }
  }

  private void removeUnseen(Grant grant) {
    try {
      boolean unused = entries.remove(grant.id());
    } catch (StoreException e) {
      return; // nobody was given anything of it, and it ends by itself
    }
  }

  @Override
  public InUse ofRefreshToken(String refreshToken, String clientId) {
    return asked(() -> refreshTokens.grantOf(refreshToken, clientId));
  }

  @Override
  public Tokens rotate(
      String refreshToken,
      Grant grant,
      Set<String> scopes,
      Duration lifetime,
      UnaryOperator<Grant> change) {
    return asked(() -> refreshTokens.rotate(refreshToken, grant.id(), scopes, lifetime, change));
  }

  @Override
  public @Nullable Issued find(String accessToken) {
    return asked(
        () -> {
          GrantEntries.FoundToken found = access.find(accessToken);
          return found == null ? null : found.issued();
        });
  }

  @Override
  public @Nullable Grant ofToken(String token, String clientId) {
    return asked(
        () -> {
          GrantEntries.FoundGrant family = refreshTokens.familyOf(token);
          GrantEntries.FoundToken found = family == null ? access.find(token) : null;
          Grant grant =
              family != null ? family.grant() : found != null ? found.issued().grant() : null;
          return grant != null && grant.clientId().equals(clientId) ? grant : null;
        });
  }

  @Override
  public boolean revoke(String token, String clientId) {
    return asked(
        () -> {
          GrantEntries.FoundGrant family = refreshTokens.familyOf(token);
          if (family != null) {
            return family.grant().clientId().equals(clientId) && end.grant(family.grant().id());
          }
          GrantEntries.FoundToken found = access.find(token);
          return found != null
              && found.issued().grant().clientId().equals(clientId)
              && end.token(token, found.expiresAt());
        });
  }

  @Override
  public boolean end(String grantId) {
    return asked(() -> end.ifThere(grantId));
  }

  @Override
  public List<Grant> ofUser(String subject) {
    return asked(
        () ->
            entries.newest(null, subject, MOST_SHOWN).stream()
                .map(GrantEntries.FoundGrant::grant)
                .toList());
  }

  private static <T extends @Nullable Object> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (StoreException e) {
      throw new AuthException(
          ReasonCode.STORE_UNAVAILABLE, Map.of("problem", String.valueOf(e.getMessage())));
    }
  }

  @Override
  public String toString() {
    return "StoredGrants[elided]";
  }
}
