package io.mcpauth.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.net.RepeatedLook;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a store or of a file as one node has them, so that no request waits for either. Part
 * of the machinery behind {@code ResourceServer}; applications use {@link KeyControl}.
 */
public final class NodeKeys implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeKeys.class);

  /** What a secret is compared with where no key has the id: the hash of no text. */
  private static final String NO_HASH = "A".repeat(43);

  private final KeyIndex index = new KeyIndex();
  private final Map<Object, Runnable> listeners = new ConcurrentHashMap<>();
  private final Clock clock;
  private final @Nullable FollowedKeys followed;
  private final @Nullable WatchedKeys watched;
  private final @Nullable KeyUses uses;
  private final RepeatedLook looks;
  private Instant lookedAt; // of the thread that looks

  /**
   * What is known of a key that somebody has proven to have.
   *
   * @param key without its last use
   * @param hash the SHA-256 of its text in base64url
   * @param isGood whether the same text would be good now, and say the same
   */
  public record Proof(IssuedKey key, String hash, BooleanSupplier isGood) {
    @Override
    public String toString() {
      return "Proof[" + key.name() + "]";
    }
  }

  private NodeKeys(
      @Nullable Store store, @Nullable Path file, Clock clock, RepeatedLook.Pause pause) {
    this.clock = clock;
    followed = store == null ? null : new FollowedKeys(index, this::tell, LOG);
    uses = store == null ? null : new KeyUses(new StoredKeys(store), index, clock, LOG);
    watched =
        file == null ? null : new WatchedKeys(new KeysFile(file, clock), index, this::tell, LOG);
    lookedAt = clock.instant();
    looks =
        RepeatedLook.start(
            "keys",
            this::look,
            pause,
            e -> LOG.error("The keys could not be looked at: {}", e.getClass().getName()));
  }

  /**
   * Those of a store, from when its {@link #copy} hears of them.
   *
   * @throws UnsupportedOperationException if the store has no feed
   */
  public static NodeKeys of(Store store, Clock clock) {
    return of(store, clock, NodeKeys::second);
  }

  static NodeKeys of(Store store, Clock clock, RepeatedLook.Pause pause) {
    return new NodeKeys(store, null, clock, pause);
  }

  /**
   * Those of a file, which is read at once, and looked at each second. When a key was in use is
   * kept nowhere.
   *
   * @throws IllegalArgumentException if it is missing or wrong; later that changes nothing, and is
   *     an error in the log
   */
  public static NodeKeys of(Path file, Clock clock) {
    return of(file, clock, NodeKeys::second);
  }

  static NodeKeys of(Path file, Clock clock, RepeatedLook.Pause pause) {
    return new NodeKeys(null, file, clock, pause);
  }

  /**
   * Requires something that keys can be told by.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static void requirePrefix(String prefix) {
    KeyText.requirePrefix(prefix);
  }

  private static void second() throws InterruptedException {
    TimeUnit.SECONDS.sleep(1);
  }

  /** Who hears of the changes in the feed of the store; none of a file. */
  public List<Follower.Listener> copy() {
    FollowedKeys listener = followed;
    return listener == null ? List.of() : List.of(listener);
  }

  /**
   * The key that a text is. Takes the same time whether it is none, or has another secret.
   *
   * @param prefix with which keys begin
   * @param use for which it has to be
   * @param name which it has to have; null for any
   * @throws AuthException API_KEY_MALFORMED, API_KEY_UNKNOWN or API_KEY_EXPIRED
   */
  public Proof require(String prefix, String text, IssuedKey.Use use, @Nullable String name) {
    KeyText presented = KeyText.read(prefix, text);
    if (presented == null) {
      throw new AuthException(ReasonCode.API_KEY_MALFORMED);
    }
    String hash = presented.hash();
    KeyIndex.Held held = index.find(presented.id());
    String kept = held == null ? NO_HASH : held.secret().hash();
    boolean same = MessageDigest.isEqual(hash.getBytes(UTF_8), kept.getBytes(UTF_8));
    if (held == null || !same || !isFor(held.entry(), use, name)) {
      throw new AuthException(ReasonCode.API_KEY_UNKNOWN, Map.of("key_id", presented.id()));
    }
    Instant now = clock.instant();
    if (!held.secret().isGood(now)) {
      throw new AuthException(
          ReasonCode.API_KEY_EXPIRED,
          Map.of(
              "key", held.entry().name(),
              "key_id", presented.id(),
              "expired", held.secret().expiresAt().toString()));
    }
    held.used(now);
    return new Proof(
        held.entry().issued(held.secret(), null), hash, () -> isGood(held.entry(), held.secret()));
  }

  private static boolean isFor(KeyEntry entry, IssuedKey.Use use, @Nullable String name) {
    return entry.use() == use && (name == null || name.equals(entry.name()));
  }

  private boolean isGood(KeyEntry entry, KeyEntry.Secret secret) {
    KeyIndex.Held now = index.find(secret.id());
    return now != null
        && now.secret().hash().equals(secret.hash())
        && now.entry().saysTheSameAs(entry)
        && now.secret().isGood(clock.instant());
  }

  /**
   * Has a listener called whenever a key may be no longer good, on the thread that learns of it.
   *
   * @return ends it
   */
  public Runnable onEnd(Runnable listener) {
    Object place = new Object();
    listeners.put(place, listener);
    return () -> listeners.remove(place);
  }

  /** One that throws hinders neither the change nor the other listeners. */
  private void tell() {
    for (Runnable listener : listeners.values()) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        // Without its message, which may be anything.
        LOG.error("A listener for the end of keys failed: {}", e.getClass().getName());
      }
    }
  }

  /** What nobody tells of: a file, and the passing of time. */
  void look() {
    WatchedKeys file = watched;
    if (file != null) {
      file.ifChanged();
    }
    Instant now = clock.instant();
    Instant before = lookedAt;
    lookedAt = now;
    for (KeyIndex.Held held : index.all()) {
      if (held.secret().isGood(before) && !held.secret().isGood(now)) {
        tell();
        break;
      }
    }
    KeyUses written = uses;
    if (written != null) {
      written.write();
    }
  }

  /** Ends its thread; then it knows nothing new. */
  @Override
  public void close() {
    looks.close();
  }
}
