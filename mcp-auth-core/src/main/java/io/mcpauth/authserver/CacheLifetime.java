package io.mcpauth.authserver;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How long a response may be used without asking again, as its headers say (RFC 9111 section 4.2),
 * within bounds. This is a private cache: {@code s-maxage} and {@code private} are not for it.
 *
 * @param unsaid where the headers say nothing
 * @param least the lower bound, whatever the headers say
 * @param most the upper bound, whatever the headers say
 */
record CacheLifetime(Duration unsaid, Duration least, Duration most) {
  /** RFC 9111 section 1.2.2: a delta that is too large to hold stands for a very large one. */
  private static final int MOST_DIGITS = 10;

  /**
   * How long from the moment the request was sent.
   *
   * @param headers by lower-case name
   * @param received stands in for a missing {@code Date}
   */
  Duration of(Map<String, List<String>> headers, Instant received) {
    Duration said = said(headers, received);
    if (said.compareTo(least) < 0) {
      return least;
    }
    return said.compareTo(most) > 0 ? most : said;
  }

  /** Whether nothing of the response may be kept, not even to ask whether it has changed. */
  boolean forbidsStoring(Map<String, List<String>> headers) {
    return least.isZero() && directive(headers, "no-store") != null;
  }

  private Duration said(Map<String, List<String>> headers, Instant received) {
    boolean varies = headers.getOrDefault("vary", List.of()).toString().contains("*");
    if (varies
        || directive(headers, "no-store") != null
        || directive(headers, "no-cache") != null) {
      return Duration.ZERO;
    }
    Duration fresh = stated(headers, received);
    Duration left = fresh.minus(age(headers)); // section 4.2.3
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Duration stated(Map<String, List<String>> headers, Instant received) {
    String maxAge = directive(headers, "max-age");
    if (maxAge != null) {
      // Section 4.2.1: what cannot be read counts as stale.
      return Duration.ofSeconds(seconds(maxAge).orElse(0));
    }
    List<String> expires = headers.get("expires");
    if (expires != null) {
      Instant end = expires.size() == 1 ? date(expires.get(0)) : null;
      Instant from = date(headers.getOrDefault("date", List.of("")).get(0));
      return end == null ? Duration.ZERO : Duration.between(from == null ? received : from, end);
    }
    return unsaid;
  }

  private static Duration age(Map<String, List<String>> headers) {
    return Duration.ofSeconds(
        headers.getOrDefault("age", List.of()).stream()
            .mapToLong(value -> seconds(value).orElse(0))
            .max()
            .orElse(0));
  }

  /** The argument, empty where there is none; null where the directive is absent. */
  private static @Nullable String directive(Map<String, List<String>> headers, String name) {
    String found = null;
    for (String line : headers.getOrDefault("cache-control", List.of())) {
      for (String part : line.split(",", -1)) {
        String[] pair = part.strip().split("=", 2);
        if (pair[0].strip().toLowerCase(Locale.ROOT).equals(name)) {
          String argument = pair.length == 1 ? "" : pair[1].strip().replace("\"", "");
          // Said twice with two values: nobody knows what was meant.
          found = found == null || found.equals(argument) ? argument : "";
        }
      }
    }
    return found;
  }

  private static OptionalLong seconds(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(text.length() > MOST_DIGITS ? Integer.MAX_VALUE : Long.parseLong(text));
  }

  private static @Nullable Instant date(String text) {
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
