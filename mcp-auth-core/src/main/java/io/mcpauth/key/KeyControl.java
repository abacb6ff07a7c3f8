package io.mcpauth.key;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes, lists, rotates and revokes the keys of a resource: in the store that all nodes share, or
 * in a file. It works beside servers that run, which follow within a second, and while none runs.
 * Nothing that could be sent is kept: of a secret its SHA-256, which is enough for 256 random bits.
 *
 * <pre>{@code
 * KeyControl keys = KeyControl.on(store, ResourceIdentifier.of("https://mcp.example.com/mcp"));
 * CreatedKey created =
 *     keys.create(NewKey.named("ci").scopes("files:list").lasting(Duration.ofDays(90)));
 * String secret = created.secret(); // to be seen here, and never again
 * keys.revoke("ci");
 * }</pre>
 *
 * <p>Several resources may use one store or one file: a name is unique for each, and a key is good
 * for its own alone. Two who change something at once both do. All threads may use it.
 *
 * <p>Does not check: that the policy knows the scopes of a key.
 */
public final class KeyControl {
  /** With what keys begin unless something else is said. */
  public static final String DEFAULT_PREFIX = "mcp";

  private static final Duration LONGEST_OVERLAP = Duration.ofDays(90);

  private final KeyPlace place;
  private final String resource;
  private final @Nullable String prefix;

  private KeyControl(KeyPlace place, String resource, @Nullable String prefix) {
    this.place = place;
    this.resource = resource;
    this.prefix = prefix;
  }

  /**
   * The keys of a store.
   *
   * @param resource what they are for
   * @throws UnsupportedOperationException if the store has no feed
   */
  public static KeyControl on(Store store, ResourceIdentifier resource) {
    return new KeyControl(new StoredKeys(store), resource.value(), null);
  }

  /**
   * The keys of a file, which the first key makes. It is for its owner alone, and is replaced as a
   * whole; a file beside it, {@code .lock}, keeps two from changing it at once.
   *
   * @param resource what they are for
   */
  public static KeyControl inFile(Path file, ResourceIdentifier resource) {
    return inFile(file, resource, Clock.systemUTC());
  }

  static KeyControl inFile(Path file, ResourceIdentifier resource, Clock clock) {
    return new KeyControl(new KeysFile(file, clock), resource.value(), null);
  }

  /**
   * The same, with another prefix of new keys: the one that the server has.
   *
   * @param prefix 2 to 16 letters and digits, a letter first; {@code mcp} unless this is called
   * @throws IllegalArgumentException if it is none, or was set before
   */
  public KeyControl prefix(String prefix) {
    SetOnce.require(this.prefix == null, "The prefix of keys");
    KeyText.requirePrefix(prefix);
    return new KeyControl(place, resource, prefix);
  }

  /**
   * Makes a key.
   *
   * @return the key with its secret, which nobody can show again
   * @throws IllegalArgumentException if a key of that name is good, or there are 10,000 keys, or
   *     the file cannot be written
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public CreatedKey create(NewKey key) {
    return made(
        key.name(),
        (known, text, now) -> {
          if (known != null && known.isGood(now)) {
            throw new IllegalArgumentException(
                "There is a key '" + key.name() + "'. Rotate it, or revoke it first.");
          }
          return KeyEntry.of(key, resource, text, now);
        });
  }

  /**
   * The keys that are there, by name; of one that was rotated each secret that is still good. One
   * that has ended is shown for 30 days.
   *
   * @throws IllegalArgumentException if the file cannot be read
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public List<IssuedKey> list() {
    List<IssuedKey> keys = new ArrayList<>();
    for (KeyEntry entry : place.all()) {
      if (entry.resource().equals(resource)) {
        for (KeyEntry.Secret secret : entry.secrets()) {
          keys.add(entry.issued(secret, place.lastUsed(secret.id())));
        }
      }
    }
    // Stable: the secrets of a name stay in their order, the newest first.
    keys.sort((one, other) -> one.name().compareTo(other.name()));
    return List.copyOf(keys);
  }

  /**
   * Gives a key a new secret, which lasts as long as the first did. Those before are good for a
   * while, so that callers can be given the new one; with more than four of them the oldest end.
   *
   * @param overlap how long, none to 90 days
   * @return the key with its new secret, which nobody can show again
   * @throws IllegalArgumentException if there is no key of that name, or the overlap is none, or
   *     the file cannot be written
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public CreatedKey rotate(String name, Duration overlap) {
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw new IllegalArgumentException(
          "The secrets of a key cannot overlap for " + overlap + ". Write 0 to 90 days.");
    }
    return made(
        name,
        (known, text, now) -> {
          if (known == null) {
            throw new IllegalArgumentException(
                "There is no key '" + AuthException.fitForLog(name) + "'. List those there are.");
          }
          return known.rotated(text, now, overlap);
        });
  }

  /**
   * Ends a key with all its secrets, at once.
   *
   * @return whether there was one
   * @throws IllegalArgumentException if the file cannot be written
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public boolean revoke(String name) {
    return place.remove(resource, name);
  }

  private interface Making {
    KeyEntry of(@Nullable KeyEntry known, KeyText text, Instant now);
  }

  private CreatedKey made(String name, Making making) {
    KeyText text = KeyText.fresh(prefix == null ? DEFAULT_PREFIX : prefix);
    KeyEntry written = place.change(resource, name, (known, now) -> making.of(known, text, now));
    return new CreatedKey(written.issued(written.secrets().get(0), null), text.text());
  }

  /** Names the resource. */
  @Override
  public String toString() {
    return "KeyControl[" + resource + "]";
  }
}
