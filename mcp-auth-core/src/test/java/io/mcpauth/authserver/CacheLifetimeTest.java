package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheLifetimeTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final CacheLifetime DEFAULT =
      new CacheLifetime(Duration.ofMinutes(5), Duration.ZERO, Duration.ofHours(24));

  /** Headers of a response, as lines that a slash separates, and the seconds that it is fresh. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Other: 1 | 300",
        "Cache-Control: max-age=60 | 60",
        "cache-control: public, MAX-AGE=60 | 60",
        "Cache-Control: max-age=\"60\" | 60",
        "Cache-Control: max-age=60/Age: 20 | 40",
        "Cache-Control: max-age=60/Age: 90 | 0",
        "Cache-Control: max-age=60/Age: x | 60",
        "Cache-Control: max-age=60/Age: 10/Age: 50 | 10",
        "Cache-Control: max-age=0 | 0",
        "Cache-Control: max-age=-1 | 0",
        "Cache-Control: max-age=soon | 0",
        "Cache-Control: max-age= | 0",
        "Cache-Control: max-age | 0",
        "Cache-Control: max-age=60, max-age=90 | 0",
        "Cache-Control: max-age=60, max-age=60 | 60",
        "Cache-Control: max-age=86400 | 86400",
        "Cache-Control: max-age=86401 | 86400",
        "Cache-Control: max-age=99999999999999999999999 | 86400",
        "Cache-Control: no-store | 0",
        "Cache-Control: no-store, max-age=60 | 0",
        "Cache-Control: max-age=60/Cache-Control: no-cache | 0",
        "Cache-Control: no-cache=\"set-cookie\", max-age=60 | 0",
        "Cache-Control: private, max-age=60 | 60",
        "Cache-Control: s-maxage=10, max-age=60 | 60",
        "Cache-Control: s-maxage=10 | 300",
        "Cache-Control: xmax-age=60 | 300",
        "Cache-Control: must-revalidate | 300",
        "Vary: * / Cache-Control: max-age=60 | 0",
        "Vary: Accept-Encoding/Cache-Control: max-age=60 | 60",
        "Expires: Mon, 23 Nov 2026 12:02:00 GMT | 120",
        "Expires: Mon, 23 Nov 2026 12:02:00 GMT/Date: Mon, 23 Nov 2026 12:01:00 GMT | 60",
        "Expires: Mon, 23 Nov 2026 11:00:00 GMT | 0",
        "Expires: 0 | 0",
        "Expires: Mon, 23 Nov 2099 12:00:00 GMT | 86400",
        "Expires: Mon, 23 Nov 2026 12:02:00 GMT/Cache-Control: max-age=60 | 60"
      })
  void headers_sayHowLong(String lines, int seconds) {
    assertThat(DEFAULT.of(headers(lines), NOW)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void lowerBound_holdsAgainstTheHeaders() {
    CacheLifetime bounded =
        new CacheLifetime(Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofMinutes(10));

    assertThat(bounded.of(headers("Cache-Control: no-store"), NOW)).hasMinutes(1);
    assertThat(bounded.forbidsStoring(headers("Cache-Control: no-store"))).isFalse();
    assertThat(bounded.of(headers("Cache-Control: max-age=6000"), NOW)).hasMinutes(10);
  }

  @Test
  void noStore_isObeyedWithoutALowerBound() {
    assertThat(DEFAULT.forbidsStoring(headers("Cache-Control: private, No-Store"))).isTrue();
    assertThat(DEFAULT.forbidsStoring(headers("Cache-Control: no-cache"))).isFalse();
  }

  private static Map<String, List<String>> headers(String lines) {
    Map<String, List<String>> headers = new HashMap<>();
    for (String line : lines.split("/", -1)) {
      String[] pair = line.strip().split(": ", 2);
      headers
          .computeIfAbsent(pair[0].toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(pair[1].strip());
    }
    return headers;
  }
}
