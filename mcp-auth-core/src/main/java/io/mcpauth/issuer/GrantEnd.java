package io.mcpauth.issuer;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends grants: first by a rule of access, which every node hears of within a second and which beats
 * whatever it remembers, then their entries. Where the store fails in between, the rule holds, and
 * doing it again does the rest.
 */
final class GrantEnd {
  /** Longer than any access token lasts, and clocks are apart. */
  private static final Duration RULE_LASTS = Duration.ofDays(2);

  /** How long a token may be taken for good behind its end. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

  private final String issuer;
  private final Store store;
  private final AccessControl access;
  private final GrantEntries entries;

  GrantEnd(String issuer, Store store, AccessControl access) {
    this.issuer = issuer;
    this.store = store;
    this.access = access;
    this.entries = new GrantEntries(store);
  }

  /** The time of the store, the same for all nodes. */
  Instant storeNow() {
    return store.feed().after(Long.MAX_VALUE, 1).now();
  }

  /** Ends one, also one that is just being made; whether there was anything of it. */
  boolean grant(String grantId) {
    Object unused = access.deny(AccessTarget.session(issuer, grantId), storeNow().plus(RULE_LASTS));
    return entries.remove(grantId);
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

  /** Ends an access token by itself, which would last that long; whether it was good. */
  boolean token(String accessToken, Duration left) {
    AccessTarget target = AccessTarget.tokenHash(StoreKey.hash(accessToken));
    Object unused = access.deny(target, storeNow().plus(left).plus(CLOCKS_APART));
    return entries.removeToken(accessToken);
  }

  /**
   * Ends all of a client, of a user, or of a client for a user.
   *
   * @return how many grants there were
   */
  int all(@Nullable String clientId, @Nullable String subject) {
    Object unused =
        access.cutOff(
            new AccessTarget(issuer, subject, clientId, null, null, null, null, null, false));
    if (clientId == null && subject != null) {
      entries.removeCodes(subject); // first: one that is taken meanwhile finds itself gone
    } else if (clientId != null) {
      entries.removeCodes(clientId, subject);
    }
    List<String> ids = new ArrayList<>();
    entries.each(
        subject,
        found -> {
          if (found.grant().isOf(clientId, subject)) {
            ids.add(found.grant().id());
          }
        });
    ids.forEach(entries::remove);
    return ids.size();
  }
}
