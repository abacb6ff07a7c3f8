package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What users have allowed clients before, for each resource, and at which places. */
final class Consents {
  private static final String COLLECTION = "oauth.consent";
  private static final Duration KEPT = Duration.ofDays(366);
  private static final Duration RENEWED_AFTER = Duration.ofDays(30);
  private static final int ATTEMPTS = 10;
  private static final int PAGE = 500;

  /** Whoever has them is asked again for the oldest. */
  private static final int MOST_OF_A_USER = 500;

  private static final int MOST_PLACES = 50;

  private final Store store;
  private final Clock clock;

  Consents(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * What a user has allowed a client.
   *
   * @param places where it went, as {@code RedirectUri.approval} writes them
   */
  record Allowed(Set<String> scopes, Set<String> places) {
    static final Allowed NOTHING = new Allowed(Set.of(), Set.of());
  }

  /** For one resource: what was allowed for it says nothing of another. */
  Allowed of(String userId, String clientId, String resource) {
    Store.Entry entry = store.find(COLLECTION, key(userId, clientId, resource));
    return entry == null ? Allowed.NOTHING : read(entry.value());
  }

  /** Adds to what was allowed. */
  void keep(String userId, String clientId, String resource, Set<String> scopes, String place) {
    String key = key(userId, clientId, resource);
    Instant end = clock.instant().plus(KEPT);
    for (int i = 0; i < ATTEMPTS; i++) {
      Store.Entry entry = store.find(COLLECTION, key);
      Allowed before = entry == null ? Allowed.NOTHING : read(entry.value());
      String value = written(userId, clientId, resource, added(before, scopes, place));
      boolean done =
          entry == null
              ? create(key, StoreKey.hash(userId), value, end)
              : store.replace(COLLECTION, key, entry.version(), value, end);
      if (done) {
        return;
      }
    }
    throw new AuthException(
        ReasonCode.STORE_UNAVAILABLE, Map.of("problem", "a consent changes all the time"));
  }

  /** What is used lasts; written once in a month. */
  void used(String userId, String clientId, String resource) {
    String key = key(userId, clientId, resource);
    Instant end = clock.instant().plus(KEPT);
    Store.Entry entry = store.find(COLLECTION, key);
    if (entry != null && entry.expiresAt().isBefore(end.minus(RENEWED_AFTER))) {
      // Where another changes it meanwhile, that renews it as well.
      boolean unused = store.replace(COLLECTION, key, entry.version(), entry.value(), end);
    }
  }

  private boolean create(String key, String group, String value, Instant end) {
    if (store.count(COLLECTION, group) >= MOST_OF_A_USER) {
      String oldest = store.firstToEnd(COLLECTION, group);
      boolean unused = oldest != null && store.remove(COLLECTION, oldest);
    }
    return store.create(COLLECTION, key, group, value, end);
  }

  /** The next time the user is asked again. */
  void forget(String userId, String clientId, String resource) {
    store.remove(COLLECTION, key(userId, clientId, resource));
  }

  /** The same for all that a client, a user or both have: null stands for any. */
  static void forgetAll(Store store, @Nullable String clientId, @Nullable String userId) {
    String group = userId == null ? "" : StoreKey.hash(userId);
    if (clientId == null && userId != null) {
      int unused = store.removeGroup(COLLECTION, group);
      return;
    }
    List<Store.Listed> page = store.entries(COLLECTION, group, "", PAGE);
    while (!page.isEmpty()) {
      for (Store.Listed listed : page) {
        if (clientId == null || isOf(clientId, listed.entry().value())) {
          boolean unused = store.remove(COLLECTION, listed.key());
        }
      }
      page = store.entries(COLLECTION, group, page.get(page.size() - 1).key(), PAGE);
    }
  }

  private static boolean isOf(String clientId, String value) {
    try {
      return clientId.equals(Json.object(value.getBytes(StandardCharsets.UTF_8)).get("client_id"));
    } catch (InvalidJsonException e) {
      return true; // nobody can read it
    }
  }

  private static Allowed added(Allowed before, Set<String> scopes, String place) {
    Set<String> all = new LinkedHashSet<>(before.scopes());
    all.addAll(scopes);
    Set<String> places = new LinkedHashSet<>(before.places());
    if (places.size() >= MOST_PLACES && !places.contains(place)) {
      places.clear(); // asked again for the others, rather than growing for ever
    }
    places.add(place);
    return new Allowed(all, places);
  }

  private static String key(String userId, String clientId, String resource) {
    return StoreKey.hash(
        userId.length() + "\n" + clientId.length() + "\n" + userId + clientId + resource);
  }

  private static String written(String userId, String clientId, String resource, Allowed allowed) {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("client_id", clientId);
    value.put("sub", userId);
    value.put("resource", resource);
    value.put("scopes", List.copyOf(allowed.scopes()));
    value.put("places", List.copyOf(allowed.places()));
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }

  private static Allowed read(String value) {
    try {
      Map<String, @Nullable Object> found = Json.object(value.getBytes(StandardCharsets.UTF_8));
      return new Allowed(texts(found.get("scopes")), texts(found.get("places")));
    } catch (InvalidJsonException e) {
      return Allowed.NOTHING; // asked again
    }
  }

  private static Set<String> texts(@Nullable Object list) {
    Set<String> texts = new LinkedHashSet<>();
    for (Object one : list instanceof List<?> all ? all : List.of()) {
      texts.add(String.valueOf(one));
    }
    return texts;
  }
}
