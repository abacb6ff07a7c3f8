package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Registered clients in a store: one entry for each by its id; one by the same id for each that was
 * not used so far, in the group of its source; and one by the hash of the metadata for each client
 * that is shared, which points to the former. A pointer whose client is gone is replaced by the
 * next one to register the same.
 */
final class RegistrationEntries {
  static final String CLIENTS = "registration";
  static final String SHARED = "registration-shared";
  static final String UNUSED = "registration-unused";

  /** What {@link Secrets#newClientId} makes; anything else is unknown without asking. */
  private static final Pattern OWN_ID = Pattern.compile("[A-Za-z0-9_-]{24}");

  private static final int ATTEMPTS = 3;

  /** A client and the version of its entry. */
  record Found(RegisteredClient client, long version) {}

  private final Store store;

  RegistrationEntries(Store store) {
    this.store = store;
  }

  @Nullable Found find(String clientId) {
    if (!OWN_ID.matcher(clientId).matches()) {
      return null;
    }
    Store.Entry entry = asked(() -> store.find(CLIENTS, clientId));
    return entry == null ? null : new Found(decoded(clientId, entry), entry.version());
  }

  /** Stores a client that was not used so far. */
  boolean create(RegisteredClient client, @Nullable String source) {
    String id = client.clientId();
    Instant end = client.expiresAt();
    return asked(
        () ->
            store.create(UNUSED, id, StrangersRoom.group(source), "", end)
                && store.create(CLIENTS, id, "", encoded(client), end));
  }

  boolean replace(Found before, RegisteredClient after) {
    return asked(
        () ->
            store.replace(
                CLIENTS, after.clientId(), before.version(), encoded(after), after.expiresAt()));
  }

  /** What was used does not give way any more. */
  void takeNoteOfUse(String clientId) {
    boolean unused = asked(() -> store.remove(UNUSED, clientId));
  }

  /** Lets one that was not used so far give way as late as it ends. */
  void extendUnused(String clientId, Instant end) {
    Store.Entry entry = asked(() -> store.find(UNUSED, clientId));
    if (entry != null) {
      boolean unused = asked(() -> store.replace(UNUSED, clientId, entry.version(), "", end));
    }
  }

  /** Removes a client that gives way, unless it was used meanwhile. */
  void giveWay(String clientId) {
    if (!asked(() -> store.remove(UNUSED, clientId))) {
      return;
    }
    Found found = find(clientId);
    if (found == null || found.client().isUsed()) {
      return;
    }
    RegisteredClient client = found.client();
    boolean removed =
        asked(
            () ->
                store.replace(CLIENTS, clientId, found.version(), encoded(client), Instant.EPOCH));
    String shared = client.hashes().shared();
    if (removed && shared != null) {
      boolean unused = asked(() -> store.remove(SHARED, shared));
    }
  }

  boolean remove(RegisteredClient client) {
    boolean removed = asked(() -> store.remove(CLIENTS, client.clientId()));
    takeNoteOfUse(client.clientId());
    String shared = client.hashes().shared();
    if (shared != null) {
      boolean unused = asked(() -> store.remove(SHARED, shared));
    }
    return removed;
  }

  /** Removes a client that lost the race for its metadata, and not what points to the winner. */
  void discard(RegisteredClient client) {
    boolean unused = asked(() -> store.remove(CLIENTS, client.clientId()));
    takeNoteOfUse(client.clientId());
  }

  long count() {
    return asked(() -> store.count(CLIENTS));
  }

  /** The living client of that metadata. */
  @Nullable Found shared(String hash) {
    Store.Entry pointer = asked(() -> store.find(SHARED, hash));
    return pointer == null ? null : target(hash, pointer);
  }

  /**
   * Makes a client the one of its metadata.
   *
   * @return null, or the other that is it already
   */
  @Nullable Found claim(String hash, RegisteredClient mine) {
    Instant end = mine.expiresAt();
    for (int i = 0; i < ATTEMPTS; i++) {
      if (asked(() -> store.create(SHARED, hash, "", mine.clientId(), end))) {
        return null;
      }
      Store.Entry pointer = asked(() -> store.find(SHARED, hash));
      if (pointer != null) {
        Found other = target(hash, pointer);
        if (other != null) {
          return other;
        }
        long version = pointer.version();
        if (asked(() -> store.replace(SHARED, hash, version, mine.clientId(), end))) {
          return null;
        }
      }
    }
    return null; // others come and go all the time: a client of its own is right as well
  }

  /** Lets the pointer to a client live as long as the client. */
  void extendShared(String hash, String clientId, Instant end) {
    Store.Entry pointer = asked(() -> store.find(SHARED, hash));
    if (pointer != null && pointer.value().equals(clientId)) {
      boolean unused = asked(() -> store.replace(SHARED, hash, pointer.version(), clientId, end));
    }
  }

  private @Nullable Found target(String hash, Store.Entry pointer) {
    Found found = find(pointer.value());
    return found != null && hash.equals(found.client().hashes().shared()) ? found : null;
  }

  private static String encoded(RegisteredClient client) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("issued_at", client.issuedAt().getEpochSecond());
    RegisteredClient.Hashes hashes = client.hashes();
    if (client.isUsed()) {
      members.put("used", true);
    }
    putUnlessNull(members, "secret_sha256", hashes.secret());
    putUnlessNull(members, "token_sha256", hashes.token());
    putUnlessNull(members, "metadata_sha256", hashes.shared());
    members.put("metadata", client.metadata().members());
    return new String(Json.write(members), StandardCharsets.UTF_8);
  }

  private static void putUnlessNull(
      Map<String, Object> members, String name, @Nullable String value) {
    if (value != null) {
      members.put(name, value);
    }
  }

  private static RegisteredClient decoded(String clientId, Store.Entry entry) {
    try {
      Map<String, @Nullable Object> members =
          Json.object(entry.value().getBytes(StandardCharsets.UTF_8));
      if (!(members.get("issued_at") instanceof Long issuedAt)
          || !(members.get("metadata") instanceof Map<?, ?> metadata)) {
        throw unreadable("a member is missing");
      }
      Map<String, @Nullable Object> named = new LinkedHashMap<>();
      metadata.forEach((name, value) -> named.put(String.valueOf(name), value));
      return new RegisteredClient(
          clientId,
          ClientMetadata.of(named),
          Instant.ofEpochSecond(issuedAt),
          entry.expiresAt(),
          new RegisteredClient.Hashes(
              (String) members.get("secret_sha256"),
              (String) members.get("token_sha256"),
              (String) members.get("metadata_sha256")),
          Boolean.TRUE.equals(members.get("used")));
    } catch (InvalidJsonException | ClassCastException e) {
      throw unreadable(e.getClass().getSimpleName());
    }
  }

  private static AuthException unreadable(String problem) {
    return new AuthException(
        ReasonCode.STORE_UNAVAILABLE, Map.of("problem", "unreadable registration: " + problem));
  }

  private static <T extends @Nullable Object> T asked(Supplier<T> question) {
    return StrangersRoom.asked(question);
  }
}
