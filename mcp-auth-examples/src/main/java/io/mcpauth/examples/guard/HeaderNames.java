package io.mcpauth.examples.guard;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** Names of headers that pass the guard: a standard list, and what an operator adds. */
final class HeaderNames {
  /** No underscore: CGI, WSGI and PHP take one for a hyphen. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

  private HeaderNames() {}

  /**
   * Both lists as one, in lower case.
   *
   * @param objection what is wrong with a name in lower case, as the rest of a sentence; null where
   *     nothing is
   * @throws IllegalArgumentException for a further name that is none, or that meets an objection
   */
  static Set<String> of(
      List<String> standard, List<String> further, UnaryOperator<@Nullable String> objection) {
    Set<String> names = new HashSet<>();
    standard.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    for (String name : further) {
      String lower = name.toLowerCase(Locale.ROOT);
      String problem =
          NAME.matcher(lower).matches()
              ? objection.apply(lower)
              : "is no header name. Write letters, digits and hyphens, such as 'X-Tenant'.";
      if (problem != null) {
        throw new IllegalArgumentException("'" + name + "' " + problem);
      }
      names.add(lower);
    }
    return Set.copyOf(names);
  }

  /** What {@code Connection} names belongs to that connection (RFC 9110 section 7.6.1). */
  static Set<String> ofOneConnection(HttpFields fields) {
    if (!fields.contains(HttpHeader.CONNECTION)) {
      return Set.of();
    }
    Set<String> options = new HashSet<>();
    for (String line : fields.getValuesList(HttpHeader.CONNECTION)) {
      for (String option : line.split(",", -1)) {
        options.add(option.strip().toLowerCase(Locale.ROOT));
      }
    }
    return options;
  }
}
