package io.mcpauth.examples.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MessagesTest {
  private static JsonNode read(String type, String body) throws ClientFailure {
    HttpHeaders headers = HttpHeaders.of(Map.of("Content-Type", List.of(type)), (n, v) -> true);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Messages.response(new Answer(200, headers, new ByteArrayInputStream(bytes)), 7);
  }

  @Test
  void responseAlone_isRead() throws ClientFailure {
    assertThat(read("application/json; charset=utf-8", "{\"id\":7,\"result\":{\"a\":1}}"))
        .hasToString("{\"id\":7,\"result\":{\"a\":1}}");
  }

  @Test
  void responseInAStream_isFoundBehindWhatIsToldBefore() throws ClientFailure {
    String stream =
        ": hello\n\n"
            + "id: 1\n"
            + "data:\n\n"
            + "event: message\n"
            + "data: {\"method\":\"notifications/progress\"}\n\n"
            + "data: {\"id\":8,\"result\":{}}\n\n"
            + "data: {\"id\":7,\n"
            + "data: \"result\":{}}\n\n"
            + "more";
    assertThat(read("Text/Event-Stream", stream)).hasToString("{\"id\":7,\"result\":{}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "no JSON", "{\"id\":8,\"result\":{}}", "{\"id\":7,\"result\":1}"})
  void anythingElseAlone_isAFailure(String body) {
    assertThatThrownBy(() -> read("application/json", body)).isInstanceOf(ClientFailure.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "data: {\"id\":7,\"result\":{}}", "data: x\n\n"})
  void streamWithoutAWholeResponse_isAFailure(String body) {
    assertThatThrownBy(() -> read("text/event-stream", body)).isInstanceOf(ClientFailure.class);
  }

  @Test
  void endlessAnswer_isAFailure() {
    String body = "{\"id\":7,\"result\":{\"a\":\"" + "x".repeat(4 * 1024 * 1024) + "\"}}";
    assertThatThrownBy(() -> read("application/json", body))
        .isInstanceOf(ClientFailure.class)
        .hasMessageContaining("too long");
  }

  @Test
  void headerValue_isPlainWhereItCanBe() {
    assertThat(McpMessages.headerValue("read_file")).isEqualTo("read_file");
    assertThat(McpMessages.headerValue("größe")).isEqualTo("=?base64?Z3LDtsOfZQ==?=");
    assertThat(McpMessages.headerValue(" a")).isEqualTo("=?base64?IGE=?=");
    assertThat(McpMessages.headerValue("=?base64?YQ==?="))
        .isEqualTo("=?base64?PT9iYXNlNjQ/WVE9PT89?=");
  }

  @Test
  void wordsOfAServer_cannotMoveTheCursor() {
    assertThat(McpClient.printable("a\u001b[2Jb\r\u202ec\n\td"))
        .isEqualTo("a\uFFFD[2Jb\uFFFD\uFFFDc\n\td");
  }
}
