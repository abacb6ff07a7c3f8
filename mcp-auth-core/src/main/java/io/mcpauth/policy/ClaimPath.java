package io.mcpauth.policy;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a claim is: a name at the top of the token, or a JSON Pointer (RFC 6901) into one. */
final class ClaimPath {
  private ClaimPath() {}

  /** Where actors before the current one are: they decide nothing (RFC 8693 section 4.1). */
  private static final String EARLIER_ACTORS = "/act/act";

  static void require(String path) {
    if (path.equals(EARLIER_ACTORS) || path.startsWith(EARLIER_ACTORS + "/")) {
      throw new IllegalArgumentException(
          "Claim '"
              + path
              + "' is about an actor before the current one, on whom nothing may depend. Write"
              + " /act/sub, or leave it out.");
    }
    if (path.isEmpty()
        || !path.equals(path.strip())
        || path.equals("/")
        || (path.startsWith("/") && path.matches(".*~([^01].*)?"))) {
      throw new IllegalArgumentException(
          "Claim '"
              + path
              + "' is no claim. Write its name, such as department, or a JSON Pointer, such as"
              + " /realm_access/roles.");
    }
  }

  /** The claim at the top of the token that the path starts in. */
  static String topLevel(String path) {
    return path.startsWith("/") ? segments(path).get(0) : path;
  }

  /** Whether the claim is one of the values, or a list with one of them. */
  static boolean holds(Map<String, Object> claims, String path, Set<?> values) {
    Object found = find(claims, path);
    if (found instanceof Collection<?> items) {
      return items.stream().anyMatch(item -> item != null && values.contains(item));
    }
    return found != null && values.contains(found);
  }

  /** What is there, or null. */
  static @Nullable Object find(Map<String, Object> claims, String path) {
    if (!path.startsWith("/")) {
      return claims.get(path);
    }
    Object at = claims;
    for (String segment : segments(path)) {
      at = at instanceof Map<?, ?> members ? members.get(segment) : null;
    }
    return at;
  }

  private static List<String> segments(String pointer) {
    return List.of(pointer.substring(1).split("/", -1)).stream()
        .map(segment -> segment.replace("~1", "/").replace("~0", "~"))
        .toList();
  }
}
