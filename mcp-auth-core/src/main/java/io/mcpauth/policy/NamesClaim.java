package io.mcpauth.policy;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the roles or groups of a caller are, and how they are written there: a string, an array of
 * strings, or the keys of an object whose value is {@code true} or an object that is not empty
 * (Zitadel).
 *
 * @param path the claim, or a JSON Pointer into one
 * @param separator what stands between the names in a string, or null where it is one name
 */
record NamesClaim(String path, @Nullable String separator) {
  static void requireSeparator(String what, String separator) {
    if (separator.length() != 1 || Character.isLetterOrDigit(separator.charAt(0))) {
      throw new IllegalArgumentException(
          what + " '" + separator + "' is none. Write one character, no letter or digit.");
    }
  }

  /** The claim at the top of the token. */
  String topLevel() {
    return ClaimPath.topLevel(path);
  }

  /** The names that a caller has. */
  Set<String> of(Map<String, Object> claims) {
    Object found = ClaimPath.find(claims, path);
    Set<String> names = new LinkedHashSet<>();
    if (found instanceof String text) {
      names.addAll(separator == null ? Set.of(text) : split(text, separator));
    } else if (found instanceof Collection<?> items) {
      items.stream().filter(String.class::isInstance).forEach(item -> names.add((String) item));
    } else if (found instanceof Map<?, ?> members) {
      // {"admin": false}, "no", 0, [] or {} may all say that the caller is none.
      members.forEach(
          (name, value) -> {
            if (Boolean.TRUE.equals(value) || (value instanceof Map<?, ?> in && !in.isEmpty())) {
              names.add(String.valueOf(name));
            }
          });
    }
    return names;
  }

  /** Whether a caller has one of the names. */
  boolean holdsOne(Map<String, Object> claims, Set<String> wanted) {
    return !Collections.disjoint(of(claims), wanted);
  }

  private static Set<String> split(String text, String separator) {
    Set<String> names = new LinkedHashSet<>();
    int start = 0;
    for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
      names.add(text.substring(start, end).strip());
      start = end + 1;
    }
    names.add(text.substring(start).strip());
    names.remove("");
    return names;
  }
}
