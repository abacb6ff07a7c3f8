package io.mcpauth.issuer;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends grants: first by a rule of access, which every node hears of within a second and which beats
 * whatever it remembers, then their entries. Where the store fails in between, the rule holds, and
 * doing it again does the rest.
 */
final class GrantEnd {
  /** At least, for a token that is just being made, and of which nobody can tell when it ends. */
  private static final Duration RULE_LASTS = Duration.ofHours(1);

  /** Where its tokens cannot be looked at; few last longer. */
  private static final Duration RULE_LASTS_UNSEEN = Duration.ofDays(2);

  /**
   * Longer than a resource server keeps that a token was good, whatever the clocks of nodes say.
   */
  private static final Duration IS_REMEMBERED = Duration.ofMinutes(10);

  /** How long a token may be taken for good behind its end. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

  private final Supplier<List<String>> issuers;
  private final Store store;
  private final AccessControl access;
  private final GrantEntries entries;

  private GrantEnd(Supplier<List<String>> issuers, Store store, AccessControl access) {
    this.issuers = issuers;
    this.store = store;
    this.access = access;
    this.entries = new GrantEntries(store);
  }

  /** That of an issuer. */
  GrantEnd(String issuer, Store store, AccessControl access) {
    this(() -> List.of(issuer), store, access);
  }

  /** That of all issuers that have issued from a store. */
  static GrantEnd of(Store store) {
    return new GrantEnd(() -> StoredIssuers.of(store), store, AccessControl.on(store));
  }

  /** The time of the store, the same for all nodes. */
  Instant storeNow() {
    return store.feed().after(Long.MAX_VALUE, 1).now();
  }

  /** Ends one, also one that is just being made; whether there was anything of it. */
  boolean grant(String grantId) {
    Instant least = storeNow().plus(RULE_LASTS);
    denyGrant(grantId, least);
    boolean there = entries.removeGrant(grantId); // from here on no token is added to it
    // Who knows a signed one by its signature alone knows only by the rule that it has ended.
    Instant last = lastEnd(grantId, least);
    if (last.isAfter(least)) {
      denyGrant(grantId, last);
    }
    return entries.removeTokens(grantId) || there;
  }

  private void denyGrant(String grantId, Instant end) {
    for (String issuer : issuers.get()) {
      Object unused = access.deny(AccessTarget.session(issuer, grantId), end.plus(CLOCKS_APART));
    }
  }

  private Instant lastEnd(String grantId, Instant least) {
    Instant last = least;
    try {
      for (GrantEntries.ListedToken token : entries.tokens(grantId)) {
        last = token.expiresAt().isAfter(last) ? token.expiresAt() : last;
      }
    } catch (UnsupportedOperationException e) {
      return least.plus(RULE_LASTS_UNSEEN); // a store that cannot list
    }
    return last;
  }

  /**
   * Ends one that is there, and the codes that its client has for its user beside it; whether it
   * was.
   */
  boolean ifThere(String grantId) {
    if (!entries.isThere(grantId)) {
      return false;
    }
    GrantEntries.FoundGrant found = entries.grant(grantId);
    User user = found == null ? null : found.grant().user();
    if (found != null && user != null) {
      entries.removeCodes(found.grant().clientId(), user.id());
    }
    return grant(grantId);
  }

  /**
   * Ends an access token by itself; whether it was good. Of two who do it at once one writes a
   * rule.
   *
   * @param end of the token
   */
  boolean token(String accessToken, Instant end) {
    deny(StoreKey.hash(accessToken), end);
    return entries.removeToken(accessToken);
  }

  private void deny(String tokenHash, Instant end) {
    Instant least = storeNow().plus(IS_REMEMBERED);
    Instant until = (end.isAfter(least) ? end : least).plus(CLOCKS_APART);
    Object unused = access.deny(AccessTarget.tokenHash(tokenHash), until);
  }

  /**
   * Ends the access tokens of a client that have a scope beyond those; its grants stay.
   *
   * @return how many there were
   */
  int beyond(String clientId, Set<String> scopes) {
    List<String> ids = ids(clientId, null);
    int ended = 0;
    for (String id : ids) {
      for (GrantEntries.ListedToken token : entries.tokens(id)) {
        if (!scopes.containsAll(token.entry().scopes())) {
          deny(token.key(), token.expiresAt());
          ended += entries.removeTokenAt(token.key()) ? 1 : 0;
        }
      }
    }
    return ended;
  }

  /**
   * Ends all of a client, of a user, or of a client for a user, and what of it is not there yet but
   * was allowed. Whoever logs in after it is not reached.
   *
   * @return how many grants there were
   */
  int all(@Nullable String clientId, @Nullable String subject) {
    for (String issuer : issuers.get()) {
      Object unused =
          access.cutOff(
              new AccessTarget(issuer, subject, clientId, null, null, null, null, null, false));
    }
    if (clientId == null && subject != null) {
      entries.removeCodes(subject); // first: one that is taken meanwhile finds itself gone
    } else if (clientId != null) {
      entries.removeCodes(clientId, subject);
    }
    List<String> ids = ids(clientId, subject);
    ids.forEach(entries::remove);
    return ids.size();
  }

  /** Has users asked again for what they have allowed; null stands for any. */
  void consents(@Nullable String clientId, @Nullable String subject) {
    Consents.forgetAll(store, clientId, subject);
  }

  private List<String> ids(@Nullable String clientId, @Nullable String subject) {
    List<String> ids = new ArrayList<>();
    entries.each(
        subject,
        found -> {
          if (found.grant().isOf(clientId, subject)) {
            ids.add(found.grant().id());
          }
        });
    return ids;
  }
}
