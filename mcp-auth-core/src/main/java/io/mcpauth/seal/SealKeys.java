package io.mcpauth.seal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a {@link Seal} or of {@link StoredSecrets}: a current one, which seals and opens, and
 * older ones, which only open what was sealed before. Each is 32 random bytes. All threads may use
 * it.
 *
 * <pre>{@code
 * SealKeys keys = SealKeys.load(Path.of("/etc/mcp-auth/seal-keys")); // the same file on every node
 * }</pre>
 *
 * <p>To rotate without an interruption, add the new key at the end of every node's file and reload,
 * then move it to the front everywhere and reload, and remove the old one once the longest lifetime
 * has passed, or no stored secret is left that it has sealed. A key should seal no more than 2^32
 * values (NIST SP 800-38D section 8.3), because each has a random nonce.
 */
public final class SealKeys {
  /** How to make a key, for messages. */
  static final String HOW = "the output of 'openssl rand -base64 32'";

  private static final Logger LOG = LoggerFactory.getLogger(SealKeys.class);

  /** A lower number has no chance among 32 random bytes; a word or a pattern has. */
  private static final int MIN_DIFFERENT_BYTES = 16;

  private final @Nullable KeyFile file;
  private final Logger log;
  private volatile Ring ring;

  /** The keys of one moment. */
  private record Ring(SealedJwe current, Map<String, SealedJwe> byHeader) {
    static Ring of(List<SealedJwe> keys) {
      Map<String, SealedJwe> byHeader = new LinkedHashMap<>();
      keys.forEach(key -> byHeader.put(key.header(), key));
      return new Ring(keys.get(0), Collections.unmodifiableMap(byHeader));
    }

    /** Key ids are made of the keys, so equal headers are equal keys. */
    boolean sameAs(Ring other) {
      return List.copyOf(byHeader.keySet()).equals(List.copyOf(other.byHeader.keySet()));
    }
  }

  private SealKeys(@Nullable KeyFile file, List<SealedJwe> keys, Logger log) {
    this.file = file;
    this.log = log;
    this.ring = Ring.of(keys);
  }

  /**
   * Keys from bytes, for whoever has a key store.
   *
   * @param current 32 random bytes; copied
   * @param older former keys that still open; copied
   * @throws IllegalArgumentException if a key has another length, is evidently not random, or is
   *     there twice
   */
  public static SealKeys of(byte[] current, byte[]... older) {
    List<byte[]> all = new ArrayList<>(List.of(older));
    all.add(0, current);
    Map<String, SealedJwe> keys = new LinkedHashMap<>();
    for (byte[] key : all) {
      String problem = problemOf(key);
      if (problem != null) {
        throw new IllegalArgumentException("Seal key " + (keys.size() + 1) + " " + problem);
      }
      SealedJwe jwe = new SealedJwe(key);
      if (keys.putIfAbsent(jwe.keyId(), jwe) != null) {
        throw new IllegalArgumentException(
            "Seal key " + (keys.size() + 1) + " repeats an earlier one. Give each key once.");
      }
    }
    return new SealKeys(null, List.copyOf(keys.values()), LOG);
  }

  /**
   * Keys from a file: one per line in base64 or base64url, the first is the current one; {@code #}
   * begins a comment. Each is the output of {@code openssl rand -base64 32}. Keep the file from
   * other users ({@code chmod 600}; one that all may read is a warning in the log), and replace it
   * by renaming a complete one, so that {@link #reload} never sees half of it.
   *
   * @throws IllegalArgumentException if the file cannot be read or a line is no key; the message
   *     names the line and never its content
   */
  public static SealKeys load(Path file) {
    return load(file, LOG);
  }

  static SealKeys load(Path file, Logger log) {
    KeyFile source = new KeyFile(file);
    SealKeys keys = new SealKeys(source, source.read(), log);
    keys.report(source);
    return keys;
  }

  /**
   * One new random key for this process alone: what it sealed does not open after a restart, nor on
   * another node. For several nodes, or state that should survive, use {@link #load}.
   */
  public static SealKeys generated() {
    byte[] key = new byte[SealedJwe.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return of(key);
  }

  /**
   * Reads the file again. The new keys replace the old ones at once, or not at all. Keys that are
   * from no file stay as they are.
   *
   * @return whether the keys or their order changed
   * @throws IllegalArgumentException if the file is bad; the old keys stay in use, and the log says
   *     so at ERROR
   */
  public synchronized boolean reload() {
    if (file == null) {
      return false;
    }
    Ring fresh;
    try {
      fresh = Ring.of(file.read());
    } catch (IllegalArgumentException e) {
      log.error("The seal keys were not reloaded, the old ones stay in use: {}", e.getMessage());
      throw e;
    }
    if (fresh.sameAs(ring)) {
      return false;
    }
    ring = fresh;
    report(file);
    return true;
  }

  private void report(KeyFile source) {
    log.info("{} read from {}", this, source);
    if (source.isOpenToAll()) {
      log.warn("Every user of this machine may read {}: run chmod 600 on it", source);
    }
  }

  /** What is wrong with a key and what to write instead, or null. */
  static @Nullable String problemOf(byte[] key) {
    if (key.length != SealedJwe.KEY_BYTES) {
      return "has " + key.length + " bytes, a seal key has 32. Write " + HOW + ".";
    }
    BitSet values = new BitSet();
    for (byte b : key) {
      values.set(b & 0xff);
    }
    return values.cardinality() < MIN_DIFFERENT_BYTES ? "is not random. Write " + HOW + "." : null;
  }

  SealedJwe current() {
    return ring.current();
  }

  /** The key of a JWE's header, or null where none here has made it. */
  @Nullable SealedJwe withHeader(String header) {
    return ring.byHeader().get(header);
  }

  /** The id of the current key, which every sealed value shows, and the number of older keys. */
  @Override
  public String toString() {
    Ring now = ring;
    return "SealKeys[current="
        + now.current().keyId()
        + ", older="
        + (now.byHeader().size() - 1)
        + "]";
  }
}
