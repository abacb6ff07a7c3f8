package io.mcpauth.examples.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What the SDK runs for a body was judged, with either JSON mapper. */
class SdkFuzz {
  private static final List<Callers.Caller> CALLERS = Callers.proven();

  static Stream<byte[]> bodies() {
    return HostileBodies.all().stream().filter(body -> body.length < 500);
  }

  @MethodSource("bodies")
  @FuzzTest
  @DictionaryEntries({
    "\"method\":\"tools/call\"",
    "\"m\\u0065thod\":",
    "\"Method\":",
    "\"params\":{\"name\":\"write\"}",
    "\"name\":\"delete\"",
    "\"n\\u0061me\":",
    "\"arguments\":{\"env\":\"dev\"}",
    "\"ENV\":",
    "\"force\":true",
    "\"result\":{}",
    "\\ud800",
    "\\u0000",
    "1e999"
  })
  void whatTheSdkRuns_wasJudged(byte[] body) {
    for (SdkMapper mapper : SdkMapper.values()) {
      Differential differential = new Differential(BodyReader.STRICT, mapper, CALLERS);
      differential.on(body);
      assertThat(differential.disagreements()).isEmpty();
      assertThat(differential.escapes()).isEmpty();
    }
  }
}
