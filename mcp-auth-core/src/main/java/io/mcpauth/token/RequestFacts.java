package io.mcpauth.token;

import io.mcpauth.internal.jose.Opaque;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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

  /** About what it takes in memory. */
  int bytes() {
    int bytes = names.isEmpty() ? 0 : 200;
    for (String name : names) {
      bytes += 64 + name.length();
    }
    return bytes;
  }

  private static byte[] digest(PresentedToken token, List<String> names) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : names) {
      List<byte[]> values = token.fact(name);
      add(all, name.getBytes(StandardCharsets.UTF_8));
      add(all, Integer.toString(values.size()).getBytes(StandardCharsets.UTF_8));
      values.forEach(value -> add(all, value));
    }
    return Opaque.sha256(all.toByteArray());
  }

  /** With its length, so that no two lists of values read alike. */
  private static void add(ByteArrayOutputStream all, byte[] value) {
    all.writeBytes(Integer.toString(value.length).getBytes(StandardCharsets.UTF_8));
    all.write(':');
    all.writeBytes(value);
  }
}
