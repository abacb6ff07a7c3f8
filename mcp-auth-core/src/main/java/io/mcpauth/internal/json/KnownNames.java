package io.mcpauth.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts that a reader expects: where one of them is read, it is not made anew. */
public final class KnownNames {
  private final List<String> names;
  private final byte[][] bytes;

  private KnownNames(List<String> names) {
    this.names = names;
    this.bytes = names.stream().map(name -> name.getBytes(UTF_8)).toArray(byte[][]::new);
  }

  /** Some names, those that are read most first. */
  public static KnownNames of(String... names) {
    return new KnownNames(List.of(names));
  }

  /** How many there are. */
  public int size() {
    return names.size();
  }

  /** One of them, from 0. */
  public String get(int index) {
    return names.get(index);
  }

  /** The name that is written there without an escape, or null where that is none of them. */
  @Nullable String find(byte[] text, int from, int to) {
    for (int i = 0; i < bytes.length; i++) {
      byte[] name = bytes[i];
      if (name.length == to - from && Arrays.equals(name, 0, name.length, text, from, to)) {
        return names.get(i);
      }
    }
    return null;
  }
}
