package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.AddressPolicy.OPERATOR_CONFIGURED;
import static io.mcpauth.internal.http.OutboundException.Reason.REDIRECT;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConditionalRequestTest {
  private static final Map<String, String> CONDITION = Map.of("if-none-match", "\"one\"");
  private static final String UNCHANGED =
      "HTTP/1.1 304 Not Modified\r\nETag: \"one\"\r\nCache-Control: max-age=60\r\n\r\n";

  @Test
  void notModifiedThatWasAskedFor_isAResponseWithItsHeaders() throws Exception {
    try (RawServer server = RawServer.answering(UNCHANGED);
        OutboundHttp http = Clients.patient()) {
      OutboundResponse response = http.get(server.url("/"), OPERATOR_CONFIGURED, CONDITION);

      assertThat(response.status()).isEqualTo(304);
      assertThat(response.body()).isEmpty();
      assertThat(response.headers()).containsEntry("cache-control", List.of("max-age=60"));
    }
  }

  @Test
  void notModifiedThatNobodyAskedFor_isRefused() throws Exception {
    try (RawServer server = RawServer.answering(UNCHANGED);
        OutboundHttp http = Clients.patient()) {
      assertThat(Clients.reason(() -> http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(REDIRECT);
      byte[] body = "x".getBytes(StandardCharsets.UTF_8);
      assertThat(
              Clients.reason(
                  () ->
                      http.post(
                          server.url("/"), OPERATOR_CONFIGURED, CONDITION, body, "text/plain")))
          .isEqualTo(REDIRECT);
    }
  }

  @Test
  void redirectOfAConditionalRequest_isRefused() throws Exception {
    try (RawServer server =
            RawServer.answering(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                    + "Content-Length: 0\r\n\r\n");
        OutboundHttp http = Clients.patient()) {
      assertThat(Clients.reason(() -> http.get(server.url("/"), OPERATOR_CONFIGURED, CONDITION)))
          .isEqualTo(REDIRECT);
    }
  }
}
