package io.mcpauth.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.internal.jose.JwkSet;
import io.mcpauth.internal.jose.VerificationKey;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key set (RFC 7517 section 5) that the operator has, in a text or a file, instead of one that is
 * fetched.
 *
 * @param text the set, or null where it is in a file
 * @param file where it is, or null
 */
record StaticKeys(@Nullable String text, @Nullable Path file) {
  private static final int MAX_BYTES = 512 * 1024;

  static StaticKeys ofText(String text) {
    return new StaticKeys(text, null).checked(VerificationKey.LARGEST_RSA_BITS);
  }

  static StaticKeys ofFile(Path file) {
    return new StaticKeys(null, file).checked(VerificationKey.LARGEST_RSA_BITS);
  }

  /**
   * The same, which has a key now.
   *
   * @param maxRsaBits the largest RSA key that is one
   * @throws IllegalArgumentException as {@link #read} does, or if no key verifies signatures
   */
  StaticKeys checked(int maxRsaBits) {
    JwkSet set = read(maxRsaBits);
    if (set.keys().isEmpty()) {
      throw wrong("has no key that verifies signatures " + set.passedOver());
    }
    return this;
  }

  /**
   * The set as it is now.
   *
   * @throws IllegalArgumentException if it cannot be read, or holds a secret
   */
  JwkSet read(int maxRsaBits) {
    try {
      Map<String, @Nullable Object> document = Json.object(content());
      if (!(document.get("keys") instanceof List<?> keys)) { // RFC 7517 section 5.1
        throw wrong("has no list 'keys'");
      }
      requirePublic(keys);
      return JwkSet.of(document, maxRsaBits);
    } catch (InvalidJsonException e) { // not as the cause: it may quote a private key
      throw wrong("is no strict JSON object");
    } catch (IOException e) {
      throw wrong("cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private byte[] content() throws IOException {
    Path from = file;
    if (from == null) {
      return String.valueOf(text).getBytes(UTF_8);
    }
    try (InputStream in = Files.newInputStream(from)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw wrong("has more than 512 KiB");
      }
      return bytes;
    }
  }

  private void requirePublic(List<?> keys) {
    if (keys.stream().anyMatch(VerificationKey::isSecret)) {
      throw wrong("has a private or symmetric key, which does not belong here");
    }
  }

  private IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException(
        this
            + " "
            + problem
            + ". Write a JWK set of public keys, such as {\"keys\":[{\"kty\":\"RSA\",...}]}.");
  }

  /** Where it is, and nothing of it. */
  @Override
  public String toString() {
    return file == null ? "The key set" : "The key set '" + file + "'";
  }
}
