package io.mcpauth.servlet;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of query strings, in UTF-8 (Servlet 6.0 section 3.1). What is not well escaped is
 * left out, as is what has no name.
 */
final class QueryParameters {
  private QueryParameters() {}

  /**
   * Reads them, the first query's values first. One that is there twice counts once.
   *
   * @param queries raw; null where there is none
   */
  static Map<String, String[]> of(@Nullable String... queries) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    Set<String> known = new LinkedHashSet<>();
    for (String query : queries) {
      if (query != null && known.add(query)) {
        for (String pair : query.split("&", -1)) {
          add(values, pair);
        }
      }
    }
    Map<String, String[]> parameters = new LinkedHashMap<>();
    values.forEach((name, all) -> parameters.put(name, all.toArray(String[]::new)));
    return Collections.unmodifiableMap(parameters);
  }

  private static void add(Map<String, List<String>> values, String pair) {
    int equals = pair.indexOf('=');
    String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
    String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
    if (name != null && !name.isEmpty() && value != null) {
      values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }
  }

  private static @Nullable String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
