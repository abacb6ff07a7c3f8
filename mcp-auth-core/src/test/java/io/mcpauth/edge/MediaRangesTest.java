package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaRangesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text/html                                                | true
          TEXT/Html                                                | true
          application/json, text/html                              | true
          text/html;q=0.1                                          | true
          text/html;level=1                                        | true
          text/html ; Q=1.000                                      | true
          text/html;q=0.001                                        | true
          text/html;q=nonsense                                     | true
          text/html;q=0, text/html                                 | true
          ,,;q=0,; ,text/html;                                     | true
          text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8 | true
          */*                                                      | false
          text/*                                                   | false
          application/json, text/event-stream                      | false
          text/html;q=0                                            | false
          text/html;q=0.000                                        | false
          text/html; level=1 ; Q = 0.0                             | false
          text/htmlx                                               | false
          xtext/html                                               | false
          text / html                                              | false
          application/json;p=text/html                             | false
          ''                                                       | false
          ,;,;;                                                    | false
          """)
  void header_namesHtml(String accept, boolean names) {
    assertThat(MediaRanges.name(List.of(accept), "text/html")).isEqualTo(names);
  }

  @Test
  void severalLines_areOneList() {
    assertThat(MediaRanges.name(List.of("*/*", "text/html"), "text/html")).isTrue();
    assertThat(MediaRanges.name(List.of(), "text/html")).isFalse();
  }

  @Test
  void headerLongerThanAnyBrowsers_namesNothing() {
    assertThat(MediaRanges.name(List.of("text/html" + ",a/b".repeat(400)), "text/html")).isTrue();
    assertThat(MediaRanges.name(List.of("text/html" + ",a/b".repeat(500)), "text/html")).isFalse();
  }
}
