package io.mcpauth.issuer;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request. One without a value is as if omitted (RFC 6749 sections 3.1 and
 * 3.2), and still counts where it is repeated.
 */
final class Parameters {
  /** What a form, or a query, may have in all. */
  static final int MOST_BYTES = 64 * 1024;

  private static final int MOST = 100;

  private final Map<String, List<String>> all;

  private Parameters(Map<String, List<String>> all) {
    this.all = all;
  }

  /**
   * Reads a query, or the content of a form.
   *
   * @throws IllegalArgumentException if it is malformed, too long or has too many
   */
  static Parameters parse(@Nullable String text) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    if (text == null || text.isEmpty()) {
      return new Parameters(all);
    }
    if (text.length() > MOST_BYTES) {
      throw new IllegalArgumentException("the parameters are too long");
    }
    int count = 0;
    for (String pair : text.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      if (++count > MOST) {
        throw new IllegalArgumentException("there are too many parameters");
      }
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      all.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    }
    return new Parameters(all);
  }

  private static String decoded(String text) {
    String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
    if (decoded.indexOf('\uFFFD') >= 0) {
      throw new IllegalArgumentException("a parameter is not UTF-8");
    }
    return decoded;
  }

  /** The value, or null where it is missing or empty. Of a repeated one the first. */
  @Nullable String value(String name) {
    List<String> values = all.getOrDefault(name, List.of());
    return values.isEmpty() || values.get(0).isEmpty() ? null : values.get(0);
  }

  /**
   * The values of {@code resource}, which may be repeated (RFC 8707). An empty one counts beside
   * another, and alone it does not.
   */
  List<String> values(String name) {
    List<String> values = all.getOrDefault(name, List.of());
    return values.equals(List.of("")) ? List.of() : List.copyOf(values);
  }

  /** The length of the longest name or value. */
  int longest() {
    int longest = 0;
    for (Map.Entry<String, List<String>> one : all.entrySet()) {
      longest = Math.max(longest, one.getKey().length());
      for (String value : one.getValue()) {
        longest = Math.max(longest, value.length());
      }
    }
    return longest;
  }

  /** The same, with another value of one of them, or without it. */
  Parameters with(String name, @Nullable String value) {
    Map<String, List<String>> changed = new LinkedHashMap<>(all);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, List.of(value));
    }
    return new Parameters(changed);
  }

  /** All of them as the query of an address, whatever letters they came in. */
  String query() {
    StringBuilder query = new StringBuilder();
    all.forEach(
        (name, values) -> {
          for (String value : values) {
            query.append(query.isEmpty() ? "" : "&");
            query.append(encoded(name)).append('=').append(encoded(value));
          }
        });
    return query.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Whether it is there more than once, a value or not. */
  boolean isRepeated(String name) {
    return all.getOrDefault(name, List.of()).size() > 1;
  }

  /** The first of these names that is repeated, or null. */
  @Nullable String repeated(List<String> names) {
    return names.stream().filter(this::isRepeated).findFirst().orElse(null);
  }

  /** Their names alone. */
  @Override
  public String toString() {
    return "Parameters" + all.keySet();
  }
}
