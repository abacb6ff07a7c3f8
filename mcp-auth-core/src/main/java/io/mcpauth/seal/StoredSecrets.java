package io.mcpauth.seal;

import io.mcpauth.error.AuthException;
import io.mcpauth.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Encrypts the secrets that a {@link io.mcpauth.store.Store} has to give back, such as a client
 * secret or a refresh token of another server, so that whoever reads the database gets none.
 *
 * <p>A sealed secret is a JWE (RFC 7516, {@code dir} with {@code A256GCM}) of URL-safe characters,
 * to be stored as the value of an entry or as a part of it. It opens in that entry alone: moved to
 * another collection or key it does not. It does not expire. A secret that only has to be
 * recognised is better kept as {@link io.mcpauth.store.StoreKey#hash}. Immutable; all threads may
 * use it.
 *
 * <p>The keys may be those of a {@link Seal}; what one has sealed, the other does not open.
 *
 * <p>Does not check: whether the entry is older than another one under the same key. Whoever may
 * write to the database can put a former secret of an entry back into it.
 */
public final class StoredSecrets {
  /** The first byte; {@link Contents} has another. */
  private static final int VERSION = 2;

  private static final int DIGEST_BYTES = 32;
  private static final int MAX_SECRET_BYTES = 32 * 1024;

  private final SealKeys keys;

  private StoredSecrets(SealKeys keys) {
    this.keys = keys;
  }

  /**
   * Secrets under these keys. Losing them is losing the secrets: {@link SealKeys#load} them, and
   * keep them from the backups of the database; {@link SealKeys#generated} ones are gone with the
   * process.
   */
  public static StoredSecrets of(SealKeys keys) {
    return new StoredSecrets(keys);
  }

  /**
   * Seals a secret with the current key.
   *
   * @param collection of the entry that will hold it
   * @param key of that entry
   * @param secret at most 32 KB of UTF-8
   * @return URL-safe text, some 150 characters and a third longer than the secret
   * @throws IllegalArgumentException if it is longer or has a lone surrogate; the message does not
   *     quote it
   */
  public String seal(String collection, String key, String secret) {
    byte[] utf8 = utf8(secret);
    if (utf8.length > MAX_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "A secret of " + utf8.length + " bytes is too long to be stored. Seal at most 32768.");
    }
    byte[] plaintext =
        ByteBuffer.allocate(1 + DIGEST_BYTES + utf8.length)
            .put((byte) VERSION)
            .put(Contents.digest(collection, key))
            .put(utf8)
            .array();
    return keys.current().encrypt(plaintext);
  }

  /**
   * Opens what {@link #seal} made, with the current key or an older one.
   *
   * @param collection of the entry that it was read from
   * @param key of that entry
   * @throws StoreException if it does not open: its key is gone, it was altered or cut, it belongs
   *     to another entry, or it is no sealed secret. The message says which, and quotes nothing of
   *     it
   */
  public String open(String collection, String key, String sealed) {
    SealedJwe with = keys.withHeader(SealedJwe.headerOf(sealed));
    if (with == null) {
      throw refused(
          collection,
          "it was sealed with a key that is not known here, or is no sealed secret. Put the key"
              + " back behind the current one.");
    }
    byte[] plaintext;
    try {
      plaintext = with.decrypt(sealed);
    } catch (AuthException e) {
      throw refused(collection, "it was altered or cut, key " + with.keyId() + ".");
    }
    int start = 1 + DIGEST_BYTES;
    if (plaintext.length < start || plaintext[0] != VERSION) {
      throw refused(collection, "it was sealed for something else, key " + with.keyId() + ".");
    }
    byte[] place = Arrays.copyOfRange(plaintext, 1, start);
    if (!MessageDigest.isEqual(place, Contents.digest(collection, key))) {
      throw refused(collection, "it belongs to another entry, key " + with.keyId() + ".");
    }
    return new String(plaintext, start, plaintext.length - start, StandardCharsets.UTF_8);
  }

  /**
   * Whether the current key has sealed it. Where not, seal the secret again and replace the value:
   * once that is done for all, the older key may go.
   */
  public boolean isCurrent(String sealed) {
    return keys.current().header().equals(SealedJwe.headerOf(sealed));
  }

  private static byte[] utf8(String secret) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(secret));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "A secret with a lone surrogate cannot be stored. Seal its base64url.");
    }
  }

  private static StoreException refused(String collection, String problem) {
    return new StoreException(
        "A secret of the collection '" + collection + "' does not open: " + problem);
  }

  @Override
  public String toString() {
    return "StoredSecrets[" + keys + "]";
  }
}
