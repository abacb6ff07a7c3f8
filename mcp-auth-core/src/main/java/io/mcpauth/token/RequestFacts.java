package io.mcpauth.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * What a verifier has read of a request beside the token: its verdict holds for requests that are
 * the same in it. Keeps a digest of the values, which may be secret.
 */
final class RequestFacts {
  /** Nothing but the token. */
  static final RequestFacts NONE = new RequestFacts(List.of(), new byte[0]);

  private final List<String> names;
  private final byte[] digest;

  private RequestFacts(List<String> names, byte[] digest) {
    this.names = names;
    this.digest = digest;
  }

  /** Those of the names that were read. */
  static RequestFacts of(PresentedToken token, Collection<String> names) {
    if (names.isEmpty()) {
      return NONE;
    }
    List<String> sorted = List.copyOf(new TreeSet<>(names));
    return new RequestFacts(sorted, digest(token, sorted));
  }

  /** Whether another request is the same in what was read. */
  boolean matches(PresentedToken token) {
    return names.isEmpty() || Arrays.equals(digest, digest(token, names));
  }

  private static byte[] digest(PresentedToken token, List<String> names) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (String name : names) {
        List<byte[]> values = token.fact(name);
        update(sha256, name.getBytes(StandardCharsets.UTF_8));
        update(sha256, Integer.toString(values.size()).getBytes(StandardCharsets.UTF_8));
        values.forEach(value -> update(sha256, value));
      }
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
  }

  /** With its length, so that no two lists of values read alike. */
  private static void update(MessageDigest sha256, byte[] value) {
    sha256.update(Integer.toString(value.length).getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) ':');
    sha256.update(value);
  }
}
