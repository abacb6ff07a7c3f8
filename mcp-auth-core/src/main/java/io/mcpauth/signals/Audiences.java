package io.mcpauth.signals;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The {@code aud} values of signals for this server. */
final class Audiences {
  private Audiences() {}

  /**
   * As they are configured.
   *
   * @throws IllegalArgumentException if there is none, or a blank one
   */
  static Set<String> named(String what, String... values) {
    Set<String> named = new LinkedHashSet<>(List.of(values));
    if (named.isEmpty() || named.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "The " + what + " is missing or blank. Write the exact value.");
    }
    return Set.copyOf(named);
  }
}
