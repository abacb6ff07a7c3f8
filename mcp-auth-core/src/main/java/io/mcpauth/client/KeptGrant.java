package io.mcpauth.client;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store has of one authorization.
 *
 * @param tokens the tokens
 * @param lease the mark of the node that refreshes them, or null where none does
 * @param leasedUntil how long that one is waited for
 * @param version of the entry
 */
record KeptGrant(TokenSet tokens, @Nullable String lease, Instant leasedUntil, long version) {
  /** With the longest time-out that connections may have. */
  private static final Duration LONGEST_LEASE = lease(Duration.ofMinutes(1));

  /**
   * How long one node has for a refresh: longer than what it may do takes, three places of
   * discovery and two requests.
   *
   * @param timeout of each of them
   */
  static Duration lease(Duration timeout) {
    return timeout.multipliedBy(5).plusSeconds(20);
  }

  boolean isLeasedAt(Instant now) {
    // A lease that ends later than that of any node could is of a clock that was wrong.
    return lease != null
        && now.isBefore(leasedUntil)
        && leasedUntil.isBefore(now.plus(LONGEST_LEASE.multipliedBy(2)));
  }

  /** Nothing of the tokens. */
  @Override
  public String toString() {
    return "KeptGrant[" + tokens.issuer() + "]";
  }

  /** The entry of a store where they are; its methods throw {@link StoreException}. */
  record Place(Store store, StoredSecrets secrets, String key, String issuer, Clock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(SharedTokens.class);
    private static final Duration LIFETIME = Duration.ofDays(365);

    /** What is there; null for nothing, and for what does not open or is another issuer's. */
    @Nullable KeptGrant find() {
      Store.Entry entry = store.find(SharedTokens.COLLECTION, key);
      if (entry == null) {
        return null;
      }
      String text;
      try {
        text = secrets.open(SharedTokens.COLLECTION, key, entry.value());
      } catch (StoreException e) {
        LOG.warn(
            "The tokens of {} in the store are not used: {}",
            AuthException.fitForLog(issuer),
            e.getMessage());
        return null;
      }
      return decoded(text, entry.version());
    }

    /** In place of whatever is there. */
    void put(TokenSet tokens) {
      String value = sealed(tokens, null, Instant.EPOCH);
      while (!store.create(SharedTokens.COLLECTION, key, "", value, end())) {
        Store.Entry entry = store.find(SharedTokens.COLLECTION, key);
        if (entry != null
            && store.replace(SharedTokens.COLLECTION, key, entry.version(), value, end())) {
          return;
        }
      }
    }

    /** Takes the refresh for one node; false where another was faster. */
    boolean lease(long version, TokenSet tokens, String mark, Instant until) {
      String value = sealed(tokens, mark, until);
      return store.replace(SharedTokens.COLLECTION, key, version, value, end());
    }

    /** What came of the refresh; false where the entry is not that node's any more. */
    boolean release(String mark, TokenSet now) {
      KeptGrant found = find();
      return found != null
          && mark.equals(found.lease())
          && store.replace(
              SharedTokens.COLLECTION,
              key,
              found.version(),
              sealed(now, null, Instant.EPOCH),
              end());
    }

    private Instant end() {
      return clock.instant().plus(LIFETIME);
    }

    private String sealed(TokenSet tokens, @Nullable String lease, Instant until) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      members.put("tokens", tokens.toText());
      members.put("lease", lease);
      members.put("leased_until", until.toString());
      String text = new String(Json.write(members), StandardCharsets.UTF_8);
      return secrets.seal(SharedTokens.COLLECTION, key, text);
    }

    private @Nullable KeptGrant decoded(String text, long version) {
      try {
        Map<String, @Nullable Object> members = Json.object(text.getBytes(StandardCharsets.UTF_8));
        TokenSet tokens = TokenSet.parse(KeptText.string(members, "tokens"));
        return tokens.issuer().equals(issuer)
            ? new KeptGrant(
                tokens,
                (String) members.get("lease"),
                Instant.parse(KeptText.string(members, "leased_until")),
                version)
            : null;
      } catch (InvalidJsonException | RuntimeException e) {
        return null;
      }
    }

    /** The issuer. */
    @Override
    public String toString() {
      return "Place[" + issuer + "]";
    }
  }
}
