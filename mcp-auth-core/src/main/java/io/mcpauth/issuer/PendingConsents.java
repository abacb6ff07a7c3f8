package io.mcpauth.issuer;

import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The consent pages that were shown and not answered. Each belongs to its browser and its user, and
 * is answered once; each tab has its own.
 */
final class PendingConsents {
  private static final String COLLECTION = "oauth.pending";
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final int ID_BYTES = 32;

  /** Of one user, who alone can have them made. */
  private static final int MOST_OF_A_USER = 20;

  private final Store store;
  private final Clock clock;

  PendingConsents(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * A page that was shown.
   *
   * @param scopes that were asked for
   * @param query of the authorization request
   */
  record Pending(
      String clientId,
      String redirectUri,
      @Nullable String state,
      String challenge,
      @Nullable String dpopKey,
      String resource,
      Set<String> scopes,
      String query) {
    @Override
    public String toString() {
      return "Pending[" + clientId + "]";
    }
  }

  /** Keeps what a page asks; returns its id. */
  String keep(Asked asked, String userId, String browser) {
    String group = StoreKey.hash(userId);
    while (store.count(COLLECTION, group) >= MOST_OF_A_USER) {
      String oldest = store.firstToEnd(COLLECTION, group);
      if (oldest == null || !store.remove(COLLECTION, oldest)) {
        break;
      }
    }
    Map<String, @Nullable Object> value = new LinkedHashMap<>();
    value.put("client_id", asked.client().id());
    value.put("redirect_uri", asked.redirectUri());
    value.put("state", asked.state());
    value.put("code_challenge", asked.challenge());
    value.put("dpop_jkt", asked.dpopKey());
    value.put("resource", asked.resource());
    value.put("scope", String.join(" ", asked.scopes()));
    value.put("query", asked.query());
    value.put("browser", browserMark(userId, browser));
    String id = Opaque.random(ID_BYTES);
    String text = new String(Json.write(value), StandardCharsets.UTF_8);
    boolean unused =
        store.create(COLLECTION, StoreKey.hash(id), group, text, clock.instant().plus(KEPT));
    return id;
  }

  /**
   * The page of that id if it was shown to this user in this browser, or null. It stays.
   *
   * @param browser its secrets
   */
  @Nullable Pending find(@Nullable String id, String userId, List<String> browser) {
    if (id == null || browser.isEmpty()) {
      return null;
    }
    Store.Entry entry = store.find(COLLECTION, StoreKey.hash(id));
    return entry == null ? null : read(entry.value(), browserMarks(userId, browser));
  }

  /** The same, to one caller only. A page of somebody else stays. */
  @Nullable Pending take(@Nullable String id, String userId, List<String> browser) {
    if (id == null || find(id, userId, browser) == null) {
      return null;
    }
    Store.Entry entry = store.take(COLLECTION, StoreKey.hash(id));
    return entry == null ? null : read(entry.value(), browserMarks(userId, browser));
  }

  private static Set<String> browserMarks(String userId, List<String> browser) {
    return browser.stream().map(one -> browserMark(userId, one)).collect(Collectors.toSet());
  }

  private static String browserMark(String userId, String browser) {
    return Opaque.hash("pending\n" + browser + "\n" + userId);
  }

  private static @Nullable Pending read(String text, Set<String> marks) {
    try {
      Map<String, @Nullable Object> value = Json.object(text.getBytes(StandardCharsets.UTF_8));
      if (!marks.contains(text(value, "browser"))) {
        return null;
      }
      String scope = text(value, "scope");
      Set<String> scopes =
          scope.isEmpty() ? Set.of() : new LinkedHashSet<>(Arrays.asList(scope.split(" ", -1)));
      Object state = value.get("state");
      Object key = value.get("dpop_jkt");
      return new Pending(
          text(value, "client_id"),
          text(value, "redirect_uri"),
          state == null ? null : String.valueOf(state),
          text(value, "code_challenge"),
          key == null ? null : String.valueOf(key),
          text(value, "resource"),
          scopes,
          text(value, "query"));
    } catch (InvalidJsonException e) {
      return null;
    }
  }

  private static String text(Map<String, @Nullable Object> value, String name) {
    return String.valueOf(value.get(name));
  }
}
