package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.RecordedLog;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestSourcesTest {
  private static final List<String> NONE = List.of();

  private final RequestSources proxied =
      RequestSources.behind("10.0.0.0/8", "192.0.2.1", "fd00::/8", "127.0.0.1");

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "::ffff:203.0.113.7, 203.0.113.7",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
    "2001:DB8:1:2::9%eth0, 2001:db8:1:2:0:0:0:0/64",
    "[2001:db8:1:2::9], 2001:db8:1:2:0:0:0:0/64",
  })
  void peer_isTheSourceWithItsNetwork(String peer, String source) {
    assertThat(RequestSources.direct().of(peer, NONE, NONE)).isEqualTo(source);
    assertThat(proxied.of(peer, NONE, NONE)).isEqualTo(source);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/run/app.sock", "localhost", "127.0.0.1", "::1", "1.2.3", "::1::"})
  void peerOfThisMachineOrWithoutAnAddress_isUnknown(String peer) {
    assertThat(RequestSources.direct().of(peer, NONE, NONE)).isNull();
    assertThat(RequestSources.direct().of(null, NONE, NONE)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7 | 203.0.113.7",
        "203.0.113.7:4711 | 203.0.113.7",
        "[2001:db8::1]:4711 | 2001:db8:0:0:0:0:0:0/64",
        "198.51.100.1, 203.0.113.7 | 203.0.113.7",
        "198.51.100.1, 203.0.113.7, 10.1.2.3 | 203.0.113.7",
        "10.9.9.9, 10.1.2.3 | 10.9.9.9",
        "203.0.113.7, unknown | ",
        "203.0.113.7, | ",
        "203.0.113.7, evil.example | ",
        " | ",
      })
  void lastHopBeforeTheProxies_isTheSource(@Nullable String header, @Nullable String source) {
    List<String> lines = header == null ? List.of("") : List.of(header);
    assertThat(proxied.of("10.0.0.1", lines, NONE)).isEqualTo(source);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=203.0.113.7 | 203.0.113.7",
        "proto=https;For=\"[2001:db8::1]:4711\";by=10.0.0.1 | 2001:db8:0:0:0:0:0:0/64",
        "for=198.51.100.1, for=203.0.113.7;proto=http, for=10.1.2.3 | 203.0.113.7",
        "for=_hidden | ",
        "for=unknown | ",
        "proto=https | ",
      })
  void forwardedHeader_isReadToo(String header, @Nullable String source) {
    assertThat(proxied.of("10.0.0.1", NONE, List.of(header))).isEqualTo(source);
  }

  @Test
  void linesOfAHeader_areOneList() {
    List<String> lines = List.of("198.51.100.1", "203.0.113.7, 10.1.2.3");
    assertThat(proxied.of("127.0.0.1", lines, NONE)).isEqualTo("203.0.113.7");
  }

  /** Its proxy writes the other. */
  @Test
  void headerThatTheClientAdded_makesItUnknownAndNothingElse() {
    List<String> real = List.of("203.0.113.7");
    assertThat(proxied.of("10.0.0.1", real, List.of("for=198.51.100.99"))).isNull();
    assertThat(proxied.of("10.0.0.1", List.of("198.51.100.99"), List.of("for=203.0.113.7")))
        .isNull();
    assertThat(proxied.of("10.0.0.1", real, List.of("for=203.0.113.7"))).isEqualTo("203.0.113.7");
  }

  @Test
  void proxyThatSaysNothing_isNoSource() {
    assertThat(proxied.of("10.0.0.1", NONE, NONE)).isNull();
  }

  @Test
  void headerOfAStranger_countsForNothing() {
    assertThat(proxied.of("203.0.113.7", List.of("198.51.100.1"), NONE)).isEqualTo("203.0.113.7");
  }

  @Test
  void proxyThatWasNotDeclared_isAWarningOnceAndNoSource() {
    RecordedLog log = new RecordedLog();
    RequestSources direct = RequestSources.direct(log.logger());
    for (int i = 0; i < 3; i++) {
      assertThat(direct.of("10.0.0.1", List.of("203.0.113.7"), NONE)).isNull();
      assertThat(direct.of("10.0.0.2", NONE, List.of("for=203.0.113.7"))).isNull();
    }
    assertThat(direct.of("203.0.113.7", NONE, NONE)).isEqualTo("203.0.113.7");
    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().get(0))
        .startsWith("WARN")
        .contains("RequestSources.behind(\"10.0.0.1\")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "proxy.example", "10.0.0.0/33", "10.0.0.0/0", "10.0.0.0/", "::/129", "[::1]"})
  void networkThatCannotBeRead_stopsTheStart(String proxy) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RequestSources.behind("10.0.0.1", proxy))
        .withMessageContaining("'" + proxy + "'")
        .withMessageContaining("Write one such as");
    assertThatIllegalArgumentException().isThrownBy(RequestSources::behind);
  }

  @Test
  void longHeader_isReadFromItsEndAlone() {
    String long1 = "10.0.0.9, ".repeat(5_000) + "10.0.0.9";
    assertThat(proxied.of("10.0.0.1", List.of(long1), NONE)).isEqualTo("10.0.0.9");
  }
}
