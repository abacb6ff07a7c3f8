package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.AddressPolicy.OPERATOR_CONFIGURED;
import static io.mcpauth.internal.http.OutboundException.Reason.SCHEME_REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundRequestTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/",
        "HTTP://example.com/",
        "http://localhost.example.com/",
        "http://localhost./",
        "http://127.0.0.1.example.com/",
        "http://127.1/",
        "https://127.1/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::2]/",
        "http://[::ffff:127.0.0.1]/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "file://localhost/etc/passwd",
        "jar:https://example.com/a!/b",
        "gopher://127.0.0.1/",
        "mailto:a@example.com",
        "javascript:alert(1)",
        "/relative",
        "//example.com/",
        "",
        "https:///path",
        "https:opaque",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://@example.com/",
        "http://localhost@example.com/",
        "https://under_score.example/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:99999/",
        "https://[fe80::1%25eth0]/"
      })
  void urlOutsideTheRules_isRefused(String url) {
    OutboundException failure = Clients.failure(() -> request(url));

    assertThat(failure.reason()).isEqualTo(SCHEME_REFUSED);
    assertThat(failure).message().doesNotContain("secret", "passwd");
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com, example.com, 443, /",
    "https://example.com:8443/a/b?c=d&e=%20#frag, example.com, 8443, /a/b?c=d&e=%20",
    "HTTPS://EXAMPLE.com/a, EXAMPLE.com, 443, /a",
    "https://example.com?x, example.com, 443, /?x",
    "https://example.com//double, example.com, 443, //double",
    "https://example.com/ü, example.com, 443, /%C3%BC",
    "https://[2606:4700::1]:8443/, 2606:4700::1, 8443, /",
    "http://localhost:8080/x, localhost, 8080, /x",
    "http://LOCALHOST/x, LOCALHOST, 80, /x",
    "http://127.0.0.1/x, 127.0.0.1, 80, /x",
    "http://127.8.9.10/x, 127.8.9.10, 80, /x",
    "http://[::1]:1/x, ::1, 1, /x"
  })
  void urlWithinTheRules_isTakenApart(String url, String host, int port, String target)
      throws OutboundException {
    OutboundRequest request = request(url);

    assertThat(request.host()).isEqualTo(host);
    assertThat(request.port()).isEqualTo(port);
    assertThat(request.target()).isEqualTo(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Host", "content-length", "Transfer-Encoding", "Connection", "a b", "", "a\r\nb"})
  void headerThatFramesTheMessage_isRefused(String name) {
    assertThatThrownBy(() -> request("https://example.com/", Map.of(name, "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret\r\nX: y", "secret\n", "secret\0", "secret\u00e9", "secret\t"})
  void headerValueBeyondVisibleAscii_isRefusedWithoutQuotingIt(String value) {
    assertThatThrownBy(() -> request("https://example.com/", Map.of("Authorization", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Authorization")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S,1,1",
    "PT-1S,1,1",
    "PT301S,1,1",
    "PT1S,0,1",
    "PT1S,16777217,1",
    "PT1S,1,0",
    "PT1S,1,65"
  })
  void limitsOutOfRange_areRefused(Duration deadline, int maxBytes, int maxConcurrent) {
    assertThatThrownBy(() -> new OutboundHttp.Limits(deadline, maxBytes, maxConcurrent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("out of range: write");
  }

  private static OutboundRequest request(String url) throws OutboundException {
    return request(url, Map.of());
  }

  private static OutboundRequest request(String url, Map<String, String> headers)
      throws OutboundException {
    return new OutboundRequest(URI.create(url), OPERATOR_CONFIGURED, headers, null);
  }
}
