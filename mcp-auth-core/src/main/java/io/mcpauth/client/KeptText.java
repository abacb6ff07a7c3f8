package io.mcpauth.client;

import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Members of a text that this package wrote; the callers tell nobody what was wrong with it. */
final class KeptText {
  private KeptText() {}

  static Object required(Map<String, @Nullable Object> members, String name) {
    Object value = members.get(name);
    if (value == null) {
      throw new NoSuchElementException(name);
    }
    return value;
  }

  static String string(Map<String, @Nullable Object> members, String name) {
    return (String) required(members, name);
  }
}
